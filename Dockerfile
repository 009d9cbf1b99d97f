# Everything but the bot: gateway, worker, actions, sandbox, verification. Which one runs is the compose file's command.
FROM python:3.12-slim-bookworm
COPY --from=ghcr.io/astral-sh/uv:0.13.9 /uv /usr/local/bin/uv
WORKDIR /app
COPY pyproject.toml uv.lock README.md LICENSE ./
RUN uv sync --frozen --no-dev --no-install-project --compile-bytecode --extra verification
COPY actions actions
COPY integrations integrations
COPY nlu_data nlu_data
COPY verification_service verification_service
COPY scripts scripts
RUN uv sync --frozen --no-dev --compile-bytecode --extra verification && .venv/bin/python -m verification_service.face.build_pack && useradd --system troly
ENV PATH=/app/.venv/bin:$PATH PYTHONUNBUFFERED=1 OMP_NUM_THREADS=1
USER troly
