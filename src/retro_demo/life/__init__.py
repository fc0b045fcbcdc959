"""Life: people, their visits, and what they buy; the same whether there is a campaign or not."""
