"""dags/retro.py for Airflow 3: retro catches up itself, as of each edition's own day, so Airflow must not."""

from datetime import UTC, datetime, timedelta

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG

with DAG(
    "retrospectives",
    schedule="30 6 * * *",
    start_date=datetime(2025, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
):
    BashOperator(
        task_id="due",
        bash_command="cd /srv/retro && .venv/bin/retro due --run",
        retries=2,
        retry_delay=timedelta(hours=1),
        execution_timeout=timedelta(hours=6),
    )
