"""After a test with real transactions: the tables as migrations left them, in a few milliseconds.

Django empties every table (TRUNCATE makes a new file for each) and writes the migrations' rows again one by one; with a
hundred tables that costs more than most tests. Here only tables that hold something are emptied, and a table that
migrations filled is refilled from a copy in the database, when it differs from it.
"""

from django.db import connection

_REMEMBER = """
CREATE SCHEMA IF NOT EXISTS clean_slate;
DO $$
DECLARE name text; filled boolean;
BEGIN
  FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'django_migrations' LOOP
    EXECUTE format('SELECT EXISTS (SELECT 1 FROM public.%I)', name) INTO filled;
    IF filled THEN
      EXECUTE format('DROP TABLE IF EXISTS clean_slate.%I', name);
      EXECUTE format('CREATE TABLE clean_slate.%I AS TABLE public.%I', name, name);
    END IF;
  END LOOP;
END $$
"""

# Foreign keys are checked at the end of the transaction, when everything is in place again; a superuser need not wait
# for the checks at all.
_RESTORE = """
DO $$
DECLARE name text; kept boolean; changed boolean;
BEGIN
  BEGIN
    SET LOCAL session_replication_role = replica;
  EXCEPTION WHEN insufficient_privilege THEN
    -- Only its trigger refuses to let go of anything.
    ALTER TABLE public.twitter_integration_accountact DISABLE TRIGGER keep_act;
  END;
  FOR name, kept IN
    SELECT t.tablename, s.tablename IS NOT NULL FROM pg_tables t
    LEFT JOIN pg_tables s ON s.schemaname = 'clean_slate' AND s.tablename = t.tablename
    WHERE t.schemaname = 'public' AND t.tablename <> 'django_migrations'
  LOOP
    IF kept THEN
      EXECUTE format('SELECT EXISTS ((TABLE public.%1$I EXCEPT TABLE clean_slate.%1$I) UNION ALL
        (TABLE clean_slate.%1$I EXCEPT TABLE public.%1$I))', name) INTO changed;
    ELSE
      EXECUTE format('SELECT EXISTS (SELECT 1 FROM public.%I)', name) INTO changed;
    END IF;
    IF changed THEN
      EXECUTE format('DELETE FROM public.%I', name);
      IF kept THEN
        EXECUTE format('INSERT INTO public.%1$I OVERRIDING SYSTEM VALUE TABLE clean_slate.%1$I', name);
      END IF;
    END IF;
  END LOOP;
  ALTER TABLE public.twitter_integration_accountact ENABLE TRIGGER keep_act;
END $$
"""


def remember() -> None:
    """Copy what migrations wrote; once for each test database."""
    with connection.cursor() as cursor:
        cursor.execute(_REMEMBER)


def restore() -> None:
    """Put every table back as it was remembered."""
    with connection.cursor() as cursor:
        cursor.execute(_RESTORE)
