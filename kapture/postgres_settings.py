"""How the embedded PostgreSQL is set up: made for a small machine, and silent about what is in the rows."""

USER = "kapture"

# Sized for a small machine: the idle installation (web, worker, database) stays under 600 MB.
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "60",
    "shared_buffers": "96MB",
    "effective_cache_size": "512MB",
    "work_mem": "8MB",
    "maintenance_work_mem": "64MB",
    "max_worker_processes": "4",
    "max_parallel_workers_per_gather": "0",
    "io_method": "sync",  # three more processes win nothing on two cores
    "jit": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "512MB",
    "random_page_cost": "1.1",
    # Statements and row contents are private messages; they stay out of the server's log.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_min_messages": "warning",
}
# Trust is safe here: the socket lies in a folder that only its owner may enter. The built-in locale sorts and
# folds alike on every machine, whatever locales that has.
INITIALISE = (
    f"-U {USER} -A trust -E UTF8 --no-instructions --locale=C --locale-provider=builtin --builtin-locale=C.UTF-8"
)
THROWAWAY_SETTINGS = {"fsync": "off", "full_page_writes": "off"}  # still survives a kill, not a power cut
