# bash completion of neon; made from the declarations of its commands, do not edit.
__neon_commands() {
    case "$1" in
        '') printf '%s\n' \
            'init:Create a repository' \
            'clone:Copy a repository, with its history' \
            'demo:Show what neon does, in a temporary folder' \
            'branch:List, create, rename or delete branches' \
            'tag:List, create or delete tags' \
            'log:Show what happened: transactions, forks, tags, snapshots and restarts' \
            'diff:Show what two points differ in: relations, schema, rows' \
            'status:Show where HEAD is' \
            'checkout:Work beside a branch, on a temporary timeline' \
            'switch:Put HEAD on a branch itself' \
            'commit:Bring the branch to where HEAD'\''s temporary timeline is' \
            'stash:Put aside what is not committed' \
            'reset:Bring HEAD'\''s branch to another point' \
            'restore:Bring tables back to what they were' \
            'undo:Take the last operation back' \
            'redo:Repeat what was taken back last' \
            'reflog:Show what a branch, a tag or HEAD was before' \
            'op:Look at operations, and go back to one' \
            'hook:Have the database follow git'\''s branch' \
            'remote:List, add, remove or rename remotes' \
            'fetch:Bring history from another repository' \
            'backfill:Fetch what a lazy clone has left with its remote' \
            'pull:Fetch, and bring a branch forward' \
            'push:Bring history to another repository' \
            'ls-remote:List the branches and tags of another repository' \
            'serve:Let others clone, fetch and push' \
            'update-server-info:Let any web server give the repository away' \
            'bundle:Carry history in a file' \
            'start:Start PostgreSQL on a branch' \
            'stop:Stop the server of a branch' \
            'restart:Restart the server of a branch' \
            'ps:List the servers' \
            'psql:Run psql on a running branch' \
            'connection-string:Print the connection string of a running branch' \
            'instance:Look at a server' \
            'pageserver:Serve all branches on one port' \
            'pg:Handle instances in the older spelling' \
            'snapshot:Keep states from which branches are rebuilt' \
            'gc:Remove what no branch, tag or lease needs' \
            'du:Show what branches and tags take on disk' \
            'lease:Keep a part of history for a while' \
            'export:Write a data directory that PostgreSQL starts without neon' \
            'relations:List databases and relations as they were at a point' \
            'page:Show a page of a relation as it was at a point' \
            'wal:Look into the write-ahead log' \
            'config:Read and change the configuration' \
            'postgres:Manage the embedded PostgreSQL versions' \
            'fsck:Check that a repository is whole' \
            'upgrade:Bring a repository to the newest format' \
            'rev-parse:Resolve revisions to a timeline and an LSN' \
            'help:Show help about neon or a command' \
            'version:Show the version of neon' \
            'completion:Print the completion script of a shell' ;;
        'op') printf '%s\n' \
            'log:List the operations on all refs' \
            'show:Show what an operation changed' \
            'restore:Bring all refs back to what they were after an operation' ;;
        'hook') printf '%s\n' \
            'install:Have the database follow git'\''s branch' \
            'uninstall:Have the database no longer follow git'\''s branch' \
            'status:Show whether the database follows git'\''s branch' \
            'post-checkout:Bring the database to git'\''s branch, as the hook does' ;;
        'bundle') printf '%s\n' \
            'create:Write history into one file' \
            'verify:Check a bundle and list what it has' ;;
        'instance') printf '%s\n' \
            'logs:Show the log of a branch'\''s server' ;;
        'pageserver') printf '%s\n' \
            'start:Start the page server: one port for all branches' \
            'stop:Stop the page server' \
            'restart:Restart the page server and keep its servers' \
            'status:Show whether the page server runs' \
            'logs:Show the log of the page server' \
            'install:Have the system start the page server when you log in' ;;
        'pg') printf '%s\n' \
            'create:Make the data directory of a branch' \
            'start:Start an instance made with '\''neon pg create'\''' \
            'stop:Stop an instance' \
            'list:List the instances' \
            'destroy:Stop an instance and remove its data directory' ;;
        'snapshot') printf '%s\n' \
            'create:Take a snapshot of a branch' \
            'list:List the snapshots of a branch' \
            'delete:Delete a snapshot' ;;
        'wal') printf '%s\n' \
            'dump:Show the records of the write-ahead log' \
            'stats:Count the records of the write-ahead log and their sizes' \
            'verify:Check that the write-ahead log is whole and of a known form' ;;
        'config') printf '%s\n' \
            'get:Print a value of the configuration' \
            'set:Change a value of the configuration' \
            'unset:Remove a value from the configuration' \
            'list:List the configuration' ;;
        'postgres') printf '%s\n' \
            'list:List the embedded PostgreSQL versions' \
            'install:Install an embedded PostgreSQL' ;;
    esac
}
__neon_options() {
    case "$1" in
        'init') printf '%s\n' \
            '--pg-version:major version of PostgreSQL, 14 to 18; the newest if left out' \
            '--pg-bin:directory of an installed PostgreSQL'\''s programs, kept as postgres.binDir' \
            '--from:import a cleanly stopped data directory, or a base backup (directory or base.tar)' \
            '--bare:make the directory itself a repository without a cluster, for others to push to' \
            '-b:name of the first branch; main if left out' \
            '--initial-branch:name of the first branch; main if left out' \
            '--format-version:format of the repository, 1 or 2; the newest if left out' \
            '--user:the superuser that commands connect as; postgres if left out' \
            '--json:print the result as JSON' ;;
        'clone') printf '%s\n' \
            '-b:the branch to be on; the one that HEAD is on there if left out' \
            '--branch:the branch to be on; the one that HEAD is on there if left out' \
            '-o:what to call the remote; origin if left out' \
            '--origin:what to call the remote; origin if left out' \
            '--depth-lsn:only history from this LSN on' \
            '--depth-time:only history since: a duration as 7d or '\''1 day'\''' \
            '-c:set this in the new repository'\''s configuration, for this command too' \
            '--config:set this in the new repository'\''s configuration, for this command too' \
            '--lazy:leave layers of snapshots and WAL with the remote until they are needed' \
            '--no-hardlinks:copy everything, also from a repository on the same file system' \
            '--bare:make the directory itself the repository, for others to push to' ;;
        'demo') printf '%s\n' \
            '--keep:leave the repository and its servers for a closer look' \
            '--pg-version:14 to 18, 18 if left out' ;;
        'branch') printf '%s\n' \
            '-d:delete a branch' \
            '--delete:delete a branch' \
            '-D:delete a branch even if it is the last name of history' \
            '-m:rename a branch' \
            '--move:rename a branch' \
            '-f:replace a branch that exists, or delete regardless' \
            '--force:replace a branch that exists, or delete regardless' \
            '--expires:when the branch is to go: after a duration as 7d, at a time, or never' \
            '--protect:refuse to delete or replace the branch' \
            '--unprotect:lift the protection' \
            '--delete-expired:delete the branches whose time is over' \
            '--dry-run:with --delete-expired, show them only' \
            '--json:print the result as JSON' \
            '--porcelain:print the result in a form for scripts that never changes' ;;
        'tag') printf '%s\n' \
            '-d:delete a tag' \
            '--delete:delete a tag' \
            '-f:move a tag that exists' \
            '--force:move a tag that exists' \
            '-m:why the point is named' \
            '--message:why the point is named' \
            '--auto:make a tag auto/<branch>/<time> at the end of a branch' \
            '--thin:delete tags of a series but for those that are to be kept' \
            '--keep-last:with --thin, keep so many; a number or '\''unlimited'\''' \
            '--keep-hourly:with --thin, keep the last of each of so many hours; a number or '\''unlimited'\''' \
            '--keep-daily:with --thin, keep the last of each of so many days; a number or '\''unlimited'\''' \
            '--keep-weekly:with --thin, keep the last of each of so many weeks; a number or '\''unlimited'\''' \
            '--keep-monthly:with --thin, keep the last of each of so many months; a number or '\''unlimited'\''' \
            '--keep-yearly:with --thin, keep the last of each of so many years; a number or '\''unlimited'\''' \
            '--keep-within:with --thin, keep all that are younger than the newest by less than this' \
            '--dry-run:with --thin, show only what would be deleted' \
            '--json:print the result as JSON' \
            '--porcelain:print the result in a form for scripts that never changes' ;;
        'log') printf '%s\n' \
            '--oneline:print a line for each entry' \
            '--stat:count the rows that a transaction changed in each relation' \
            '--graph:draw the timelines beside the entries' \
            '--background:tell also what was written by no transaction' \
            '--all:tell of all branches and tags' \
            '-n:stop after so many entries; -20 is short for -n 20' \
            '--max-count:stop after so many entries; -20 is short for -n 20' \
            '--table:transactions only that touched this table, one of its indexes or its toast table' \
            '--since:nothing older than this' \
            '--until:nothing newer than this' \
            '--json:print the result as JSON' ;;
        'diff') printf '%s\n' \
            '--stat:count blocks, bytes and rows of each relation, on each side' \
            '--schema:show how definitions differ: tables, columns, views, functions and so on' \
            '--name-only:print the names of tables that differ, and nothing else' \
            '--format:the form of rows: text, csv, json, or sql, which turns the first into the second' \
            '-d:only this database; that of the tables, postgres if left out' \
            '--database:only this database; that of the tables, postgres if left out' \
            '--exit-code:exit with 1 if there is a difference' \
            '--json:print the result as JSON' ;;
        'status') printf '%s\n' \
            '--json:print the result as JSON' \
            '--porcelain:print the result in a form for scripts that never changes' ;;
        'checkout') printf '%s\n' \
            '-b:make a branch of this name, and check it out' \
            '--discard:leave what is not committed; alone, begin again at the end of the branch' \
            '--restart:stop a server on what is left, and start it where HEAD is now, on the same port' ;;
        'switch') printf '%s\n' \
            '-c:make the branch' \
            '--create:make the branch' \
            '--discard:leave what is not committed' \
            '--restart:stop a server on what is left, and start it where HEAD is now, on the same port' ;;
        'commit') printf '%s\n' \
            '-m:what was done; several are paragraphs' \
            '--message:what was done; several are paragraphs' \
            '--allow-empty:commit although no transaction has changed anything' \
            '--restart:restart a server on the branch itself where that is now' \
            '--json:print the result as JSON' ;;
        'stash') printf '%s\n' \
            '-m:with push, what it is' \
            '--message:with push, what it is' \
            '--restart:stop a server on what is left, and start it where HEAD is now, on the same port' \
            '--json:print the result as JSON' ;;
        'reset') printf '%s\n' \
            '--preserve-under-name:make a branch of what the branch was before' \
            '--discard:leave what is not committed' \
            '--hard:leave what is not committed' \
            '--restart:take servers on what is left along, on the same port' ;;
        'restore') printf '%s\n' \
            '-s:from where; HEAD'\''s branch if left out' \
            '--source:from where; HEAD'\''s branch if left out' \
            '-d:where the tables are; postgres if left out' \
            '--database:where the tables are; postgres if left out' \
            '--dry-run:show the statements and run none' ;;
        'undo') printf '%s\n' \
            '--restart:take servers on what is left along, on the same port' ;;
        'redo') printf '%s\n' \
            '--restart:take servers on what is left along, on the same port' ;;
        'reflog') printf '%s\n' \
            '-n:show so many' \
            '--max-count:show so many' \
            '--json:print the result as JSON' ;;
        'op log') printf '%s\n' \
            '-n:show so many' \
            '--max-count:show so many' \
            '--json:print the result as JSON' ;;
        'op show') printf '%s\n' \
            '--json:print the result as JSON' ;;
        'op restore') printf '%s\n' \
            '--restart:take servers on what is left along, on the same port' ;;
        'hook status') printf '%s\n' \
            '--json:print the result as JSON' ;;
        'remote') printf '%s\n' \
            '-v:show addresses' \
            '--verbose:show addresses' \
            '--push:with set-url, change where pushes go' \
            '--json:print the result as JSON' ;;
        'fetch') printf '%s\n' \
            '-p:remove remote-tracking refs that the remote has no more' \
            '--prune:remove remote-tracking refs that the remote has no more' \
            '--depth-lsn:only history from this LSN on' \
            '--depth-time:only history since: a duration as 7d or '\''1 day'\''' \
            '-n:only show what would change' \
            '--dry-run:only show what would change' ;;
        'backfill') printf '%s\n' \
            '-n:only tell how much would be fetched' \
            '--dry-run:only tell how much would be fetched' ;;
        'push') printf '%s\n' \
            '--all:all branches' \
            '--tags:all tags' \
            '-d:delete the named branches and tags there' \
            '--delete:delete the named branches and tags there' \
            '-f:also where something there would be lost' \
            '--force:also where something there would be lost' \
            '--force-with-lease:as --force, but only where it is as this repository last saw it' \
            '--atomic:all or none' \
            '--no-verify:do not ask the pre-push hook' \
            '-n:only show what would be done' \
            '--dry-run:only show what would be done' ;;
        'ls-remote') printf '%s\n' \
            '--json:print the result as JSON' ;;
        'serve') printf '%s\n' \
            '--stdio:answer on the standard input and output, as SSH runs it' \
            '--http:answer over HTTP there; port 0 is any that is free' \
            '--root:the directory below which the repositories are' \
            '--read-only:let nobody push' \
            '--anonymous-read:let everybody clone and fetch, without a token' \
            '--tls-cert:the certificate, in PEM, with those that lead to a known one' \
            '--tls-key:its key, in PEM, PKCS #8 without a password' \
            '--insecure:without TLS also where other machines reach it' \
            '--max-request-size:refuse longer requests, as 10GB; no limit if left out' \
            '--timeout:close connections on which nothing moves for so long; 60s if left out, and 1h with --stdio' \
            '--max-connections:answer so many requests at a time; 64 if left out' \
            '--access-log:append a line for each request to a file; else to the standard error' \
            '--write:with token create, for pushing too' \
            '--expires:with token create, how long it is good, as 30d' \
            '--only:with token create, not for all repositories but this one' ;;
        'bundle create') printf '%s\n' \
            '--all:all branches and tags' ;;
        'bundle verify') printf '%s\n' \
            '--json:print the result as JSON' ;;
        'start') printf '%s\n' \
            '-p:TCP port; the first free one from 55432 up if left out' \
            '--port:TCP port; the first free one from 55432 up if left out' \
            '--listen:addresses to listen on, as in listen_addresses; loopback if left out' \
            '-c:a setting of PostgreSQL for this run' \
            '--set:a setting of PostgreSQL for this run' \
            '--read-only:look at any revision, on a throw-away timeline' \
            '--pg-bin:directory of an installed PostgreSQL'\''s programs' \
            '--redo:who replays WAL into a new data directory; neon if left out, and postgres where WAL has records that neon does not know' \
            '--timeout:how long to wait, recovery not counted while it moves; 60 if left out' \
            '--json:print the result as JSON' ;;
        'stop') printf '%s\n' \
            '-a:stop every server of the repository' \
            '--all:stop every server of the repository' \
            '-m:how to stop, fast if left out' \
            '--mode:how to stop, fast if left out' \
            '--timeout:how long to wait before it is stopped harder; 60 if left out' ;;
        'restart') printf '%s\n' \
            '-p:another TCP port' \
            '--port:another TCP port' \
            '--listen:other addresses to listen on' \
            '-c:settings in place of those it was started with' \
            '--set:settings in place of those it was started with' \
            '--pg-bin:directory of another PostgreSQL'\''s programs, of the same major' \
            '--json:print the result as JSON' ;;
        'ps') printf '%s\n' \
            '--json:print the result as JSON' \
            '--porcelain:print the result in a form for scripts that never changes' ;;
        'psql') printf '%s\n' \
            '-d:the database, postgres if left out' \
            '--dbname:the database, postgres if left out' ;;
        'connection-string') printf '%s\n' \
            '-d:the database, postgres if left out' \
            '--dbname:the database, postgres if left out' \
            '--socket:go through the unix socket' \
            '--pageserver:go through the page server, which starts the branch'\''s server when needed' ;;
        'instance logs') printf '%s\n' \
            '-f:go on as the log grows, until interrupted' \
            '--follow:go on as the log grows, until interrupted' \
            '-n:how many of the last lines, 100 if left out' \
            '--lines:how many of the last lines, 100 if left out' ;;
        'pageserver start') printf '%s\n' \
            '--foreground:run in this process until it is told to end, and show the log' \
            '--listen:where clients connect, in place of pageserver.listen; port 0 is any that is free' \
            '--http:where it tells its state over HTTP, in place of pageserver.http; or off' ;;
        'pageserver stop') printf '%s\n' \
            '--keep:let the servers run that it has started' ;;
        'pageserver restart') printf '%s\n' \
            '--listen:where clients connect, in place of pageserver.listen; port 0 is any that is free' \
            '--http:where it tells its state over HTTP, in place of pageserver.http; or off' ;;
        'pageserver status') printf '%s\n' \
            '--json:print the result as JSON' ;;
        'pageserver logs') printf '%s\n' \
            '-f:go on as the log grows, until interrupted' \
            '--follow:go on as the log grows, until interrupted' \
            '-n:how many of the last lines, 100 if left out' \
            '--lines:how many of the last lines, 100 if left out' ;;
        'pageserver install') printf '%s\n' \
            '--print:print the file and write nothing' \
            '--uninstall:remove the file' ;;
        'snapshot create') printf '%s\n' \
            '--json:print the result as JSON' \
            '--full:all pages: a snapshot that lies on no other' \
            '--last-only:only the last version of each page: smaller, but points before it are read from WAL alone' ;;
        'snapshot list') printf '%s\n' \
            '-a:those of all timelines' \
            '--all:those of all timelines' \
            '--json:print the result as JSON' \
            '--porcelain:print the result in a form for scripts that never changes' ;;
        'gc') printf '%s\n' \
            '-n:only show what would go' \
            '--dry-run:only show what would go' \
            '--explain:show who needs how much, and change nothing' \
            '--aggressive:first make snapshots at points that are needed alone, so that the WAL before them can go' \
            '--auto:do nothing unless there is enough to do; for scripts and neon itself' \
            '--prune:delete for good what was removed longer ago: '\''2w'\'', '\''now'\'' or '\''never'\''' \
            '--list:show what the trash has' \
            '--restore:put back what one gc has removed' \
            '--json:print the result as JSON' ;;
        'du') printf '%s\n' \
            '--json:print the result as JSON' \
            '--porcelain:print the result in a form for scripts that never changes' ;;
        'lease') printf '%s\n' \
            '--for:how long it holds, as 12h or 7d; lease.duration of the configuration if left out, else 1d' \
            '--until:until when it holds' \
            '-m:what it is for' \
            '--message:what it is for' \
            '--release:give a lease up' \
            '--renew:let a lease hold longer, or shorter' \
            '--json:print the result as JSON' \
            '--porcelain:print the result in a form for scripts that never changes' ;;
        'export') printf '%s\n' \
            '-t:write the rows of this table only, schema.name or name' \
            '--table:write the rows of this table only, schema.name or name' \
            '-d:the database that the table is in; postgres if left out' \
            '--database:the database that the table is in; postgres if left out' \
            '--format:the form of the rows; csv if left out' \
            '--redo:who replays WAL into a new data directory; neon if left out, and postgres where WAL has records that neon does not know' \
            '--json:print the result as JSON' ;;
        'relations') printf '%s\n' \
            '-d:only the relations of this database' \
            '--database:only the relations of this database' \
            '--system:those of PostgreSQL itself as well, its shared ones among them' \
            '--json:print the result as JSON' \
            '--porcelain:print the result in a form for scripts that never changes' ;;
        'page') printf '%s\n' \
            '-d:the database whose names are meant; postgres if left out' \
            '--database:the database whose names are meant; postgres if left out' \
            '--fork:which of the relation'\''s forks; main if left out' \
            '--raw:write the page'\''s 8192 bytes' \
            '--hex:show the bytes as '\''hexdump -C'\'' does' \
            '--history:list the versions of the page up to the point, oldest first' \
            '--json:print the result as JSON' ;;
        'wal dump') printf '%s\n' \
            '-s:begin here instead' \
            '--start:begin here instead' \
            '-e:end here instead' \
            '--end:end here instead' \
            '-p:read the segments in this directory, or in its pg_wal, instead of a repository'\''s' \
            '--wal-dir:read the segments in this directory, or in its pg_wal, instead of a repository'\''s' \
            '-t:with --wal-dir, PostgreSQL'\''s timeline, the newest there if left out' \
            '--timeline:with --wal-dir, PostgreSQL'\''s timeline, the newest there if left out' \
            '-r:only records of this resource manager, more than one if given again; '\''list'\'' lists them' \
            '--rmgr:only records of this resource manager, more than one if given again; '\''list'\'' lists them' \
            '-R:only records that refer to this relation: oid of the tablespace, of the database, file number' \
            '--relation:only records that refer to this relation: oid of the tablespace, of the database, file number' \
            '-B:with --relation, only records that refer to this block' \
            '--block:with --relation, only records that refer to this block' \
            '-F:only records that refer to a block of this fork' \
            '--fork:only records that refer to a block of this fork' \
            '-x:only records of this transaction' \
            '--xid:only records of this transaction' \
            '-w:only records with a page image' \
            '--fullpage:only records with a page image' \
            '-n:show no more records than this' \
            '--limit:show no more records than this' \
            '-f:go on as WAL is written, until interrupted' \
            '--follow:go on as WAL is written, until interrupted' \
            '-b:show each block on a line of its own' \
            '--bkp-details:show each block on a line of its own' \
            '--json:print an object a line' ;;
        'wal stats') printf '%s\n' \
            '-s:begin here instead' \
            '--start:begin here instead' \
            '-e:end here instead' \
            '--end:end here instead' \
            '-p:read the segments in this directory, or in its pg_wal, instead of a repository'\''s' \
            '--wal-dir:read the segments in this directory, or in its pg_wal, instead of a repository'\''s' \
            '-t:with --wal-dir, PostgreSQL'\''s timeline, the newest there if left out' \
            '--timeline:with --wal-dir, PostgreSQL'\''s timeline, the newest there if left out' \
            '-r:only records of this resource manager, more than one if given again; '\''list'\'' lists them' \
            '--rmgr:only records of this resource manager, more than one if given again; '\''list'\'' lists them' \
            '-R:only records that refer to this relation: oid of the tablespace, of the database, file number' \
            '--relation:only records that refer to this relation: oid of the tablespace, of the database, file number' \
            '-B:with --relation, only records that refer to this block' \
            '--block:with --relation, only records that refer to this block' \
            '-F:only records that refer to a block of this fork' \
            '--fork:only records that refer to a block of this fork' \
            '-x:only records of this transaction' \
            '--xid:only records of this transaction' \
            '-w:only records with a page image' \
            '--fullpage:only records with a page image' \
            '--by:what makes a row, rmgr if left out' \
            '--sort:the order of the rows; if left out that of the numbers, relations and databases by size' \
            '--json:print the result as JSON' ;;
        'wal verify') printf '%s\n' \
            '-s:begin here instead' \
            '--start:begin here instead' \
            '-e:end here instead' \
            '--end:end here instead' \
            '-p:read the segments in this directory, or in its pg_wal, instead of a repository'\''s' \
            '--wal-dir:read the segments in this directory, or in its pg_wal, instead of a repository'\''s' \
            '-t:with --wal-dir, PostgreSQL'\''s timeline, the newest there if left out' \
            '--timeline:with --wal-dir, PostgreSQL'\''s timeline, the newest there if left out' \
            '-a:the WAL of all timelines, each one'\''s own' \
            '--all:the WAL of all timelines, each one'\''s own' \
            '--json:print the result as JSON' ;;
        'config get') printf '%s\n' \
            '--all:print every value of the key' ;;
        'config list') printf '%s\n' \
            '--json:print the result as JSON' ;;
        'postgres list') printf '%s\n' \
            '--json:print the result as JSON' ;;
        'postgres install') printf '%s\n' \
            '--from:a .jar or .txz of the embedded binaries, or a directory that holds bin/postgres' ;;
        'fsck') printf '%s\n' \
            '--full:read all again, also what earlier runs have found whole' \
            '--boot:start PostgreSQL at each branch and tag and have it check all databases' \
            '--repair:remove what killed commands left, and make anew what can be' \
            '--dry-run:with --repair, only tell what would be done' \
            '--deep:compare what neon makes of WAL with what PostgreSQL does' \
            '--points:with --deep, at so many random points of each branch' \
            '--seed:choose the points that an earlier run has chosen' \
            '--json:print the result as JSON' ;;
        'upgrade') printf '%s\n' \
            '-n:say what would be done, and change nothing' \
            '--dry-run:say what would be done, and change nothing' \
            '--json:print the result as JSON' ;;
        'rev-parse') printf '%s\n' \
            '--timeline:print the timeline only' \
            '--lsn:print the LSN only' \
            '--abbrev-ref:print the name of the branch or tag' \
            '--neon-dir:print the repository'\''s directory' \
            '--json:print the result as JSON' ;;
        'version') printf '%s\n' \
            '--json:print the result as JSON' ;;
    esac
    printf '%s\n' \
        '-C:work as if neon had been started in that directory' \
        '--repo:the repository, instead of the one found from the current directory upwards' \
        '-q:print results and errors only' \
        '--quiet:print results and errors only' \
        '--color:whether to use colours' \
        '--no-pager:print long results without a pager' \
        '-h:show help and exit' \
        '--help:show help and exit'
}
__neon_option_value() {
    case "$1 $2" in
        'init'' --pg-version') echo 'text' ;;
        'init'' --pg-bin') echo 'directory' ;;
        'init'' --from') echo 'file' ;;
        'init'' -b'|'init'' --initial-branch') echo 'text' ;;
        'init'' --format-version') echo 'text' ;;
        'init'' --user') echo 'text' ;;
        'clone'' -b'|'clone'' --branch') echo 'text' ;;
        'clone'' -o'|'clone'' --origin') echo 'text' ;;
        'clone'' --depth-lsn') echo 'text' ;;
        'clone'' --depth-time') echo 'text' ;;
        'clone'' -c'|'clone'' --config') echo 'text' ;;
        'demo'' --pg-version') echo 'text' ;;
        'branch'' --expires') echo 'text' ;;
        'tag'' -m'|'tag'' --message') echo 'text' ;;
        'tag'' --keep-last') echo 'text' ;;
        'tag'' --keep-hourly') echo 'text' ;;
        'tag'' --keep-daily') echo 'text' ;;
        'tag'' --keep-weekly') echo 'text' ;;
        'tag'' --keep-monthly') echo 'text' ;;
        'tag'' --keep-yearly') echo 'text' ;;
        'tag'' --keep-within') echo 'text' ;;
        'log'' -n'|'log'' --max-count') echo 'text' ;;
        'log'' --table') echo 'text' ;;
        'log'' --since') echo 'text' ;;
        'log'' --until') echo 'text' ;;
        'diff'' --format') echo 'words text csv json sql' ;;
        'diff'' -d'|'diff'' --database') echo 'text' ;;
        'checkout'' -b') echo 'text' ;;
        'switch'' -c'|'switch'' --create') echo 'text' ;;
        'commit'' -m'|'commit'' --message') echo 'text' ;;
        'stash'' -m'|'stash'' --message') echo 'text' ;;
        'reset'' --preserve-under-name') echo 'text' ;;
        'restore'' -s'|'restore'' --source') echo 'live revisions' ;;
        'restore'' -d'|'restore'' --database') echo 'text' ;;
        'reflog'' -n'|'reflog'' --max-count') echo 'text' ;;
        'op log'' -n'|'op log'' --max-count') echo 'text' ;;
        'fetch'' --depth-lsn') echo 'text' ;;
        'fetch'' --depth-time') echo 'text' ;;
        'serve'' --http') echo 'text' ;;
        'serve'' --root') echo 'directory' ;;
        'serve'' --tls-cert') echo 'file' ;;
        'serve'' --tls-key') echo 'file' ;;
        'serve'' --max-request-size') echo 'text' ;;
        'serve'' --timeout') echo 'text' ;;
        'serve'' --max-connections') echo 'text' ;;
        'serve'' --access-log') echo 'file' ;;
        'serve'' --expires') echo 'text' ;;
        'serve'' --only') echo 'text' ;;
        'start'' -p'|'start'' --port') echo 'text' ;;
        'start'' --listen') echo 'text' ;;
        'start'' -c'|'start'' --set') echo 'text' ;;
        'start'' --pg-bin') echo 'directory' ;;
        'start'' --redo') echo 'words neon postgres' ;;
        'start'' --timeout') echo 'text' ;;
        'stop'' -m'|'stop'' --mode') echo 'words smart fast immediate' ;;
        'stop'' --timeout') echo 'text' ;;
        'restart'' -p'|'restart'' --port') echo 'text' ;;
        'restart'' --listen') echo 'text' ;;
        'restart'' -c'|'restart'' --set') echo 'text' ;;
        'restart'' --pg-bin') echo 'directory' ;;
        'psql'' -d'|'psql'' --dbname') echo 'text' ;;
        'connection-string'' -d'|'connection-string'' --dbname') echo 'text' ;;
        'instance logs'' -n'|'instance logs'' --lines') echo 'text' ;;
        'pageserver start'' --listen') echo 'text' ;;
        'pageserver start'' --http') echo 'text' ;;
        'pageserver restart'' --listen') echo 'text' ;;
        'pageserver restart'' --http') echo 'text' ;;
        'pageserver logs'' -n'|'pageserver logs'' --lines') echo 'text' ;;
        'gc'' --prune') echo 'text' ;;
        'gc'' --restore') echo 'text' ;;
        'lease'' --for') echo 'text' ;;
        'lease'' --until') echo 'text' ;;
        'lease'' -m'|'lease'' --message') echo 'text' ;;
        'lease'' --release') echo 'text' ;;
        'lease'' --renew') echo 'text' ;;
        'export'' -t'|'export'' --table') echo 'text' ;;
        'export'' -d'|'export'' --database') echo 'text' ;;
        'export'' --format') echo 'words csv text sql' ;;
        'export'' --redo') echo 'words neon postgres' ;;
        'relations'' -d'|'relations'' --database') echo 'text' ;;
        'page'' -d'|'page'' --database') echo 'text' ;;
        'page'' --fork') echo 'words main vm fsm init' ;;
        'wal dump'' -s'|'wal dump'' --start') echo 'text' ;;
        'wal dump'' -e'|'wal dump'' --end') echo 'text' ;;
        'wal dump'' -p'|'wal dump'' --wal-dir') echo 'directory' ;;
        'wal dump'' -t'|'wal dump'' --timeline') echo 'text' ;;
        'wal dump'' -r'|'wal dump'' --rmgr') echo 'text' ;;
        'wal dump'' -R'|'wal dump'' --relation') echo 'text' ;;
        'wal dump'' -B'|'wal dump'' --block') echo 'text' ;;
        'wal dump'' -F'|'wal dump'' --fork') echo 'words main fsm vm init' ;;
        'wal dump'' -x'|'wal dump'' --xid') echo 'text' ;;
        'wal dump'' -n'|'wal dump'' --limit') echo 'text' ;;
        'wal stats'' -s'|'wal stats'' --start') echo 'text' ;;
        'wal stats'' -e'|'wal stats'' --end') echo 'text' ;;
        'wal stats'' -p'|'wal stats'' --wal-dir') echo 'directory' ;;
        'wal stats'' -t'|'wal stats'' --timeline') echo 'text' ;;
        'wal stats'' -r'|'wal stats'' --rmgr') echo 'text' ;;
        'wal stats'' -R'|'wal stats'' --relation') echo 'text' ;;
        'wal stats'' -B'|'wal stats'' --block') echo 'text' ;;
        'wal stats'' -F'|'wal stats'' --fork') echo 'words main fsm vm init' ;;
        'wal stats'' -x'|'wal stats'' --xid') echo 'text' ;;
        'wal stats'' --by') echo 'words rmgr record relation database' ;;
        'wal stats'' --sort') echo 'words number name count record-size image-size size' ;;
        'wal verify'' -s'|'wal verify'' --start') echo 'text' ;;
        'wal verify'' -e'|'wal verify'' --end') echo 'text' ;;
        'wal verify'' -p'|'wal verify'' --wal-dir') echo 'directory' ;;
        'wal verify'' -t'|'wal verify'' --timeline') echo 'text' ;;
        'postgres install'' --from') echo 'file' ;;
        'fsck'' --points') echo 'text' ;;
        'fsck'' --seed') echo 'text' ;;
        *' -C') echo 'directory' ;;
        *' --repo') echo 'directory' ;;
        *' --color') echo 'words auto always never' ;;
    esac
}
__neon_parameter() {
    case "$1 $2" in
        'init 0') echo 'directory' ;;
        'clone 0') echo 'directory' ;;
        'clone 1') echo 'directory' ;;
        'branch 0') echo 'live branches' ;;
        'branch 1') echo 'live revisions' ;;
        'branch '*) echo 'live branches' ;;
        'tag 0') echo 'live tags' ;;
        'tag 1') echo 'live revisions' ;;
        'tag '*) echo 'live tags' ;;
        'log '*) echo 'live revisions' ;;
        'diff 0') echo 'live revisions' ;;
        'diff 1') echo 'live revisions' ;;
        'diff '*) echo 'text' ;;
        'checkout 0') echo 'live revisions' ;;
        'switch 0') echo 'live branches' ;;
        'stash '*) echo 'text' ;;
        'reset 0') echo 'live revisions' ;;
        'restore '*) echo 'text' ;;
        'undo 0') echo 'text' ;;
        'reflog 0') echo 'live revisions' ;;
        'op show 0') echo 'text' ;;
        'op restore 0') echo 'text' ;;
        'hook post-checkout 0') echo 'text' ;;
        'hook post-checkout 1') echo 'text' ;;
        'hook post-checkout 2') echo 'text' ;;
        'remote '*) echo 'live remotes' ;;
        'fetch 0') echo 'live remotes' ;;
        'fetch '*) echo 'text' ;;
        'backfill '*) echo 'live revisions' ;;
        'pull 0') echo 'live remotes' ;;
        'pull 1') echo 'live branches' ;;
        'push 0') echo 'live remotes' ;;
        'push '*) echo 'live branches' ;;
        'ls-remote 0') echo 'live remotes' ;;
        'serve '*) echo 'directory' ;;
        'bundle create 0') echo 'file' ;;
        'bundle create '*) echo 'live revisions' ;;
        'bundle verify 0') echo 'file' ;;
        'start 0') echo 'live revisions' ;;
        'stop 0') echo 'live running' ;;
        'restart 0') echo 'live running' ;;
        'psql 0') echo 'live running' ;;
        'psql '*) echo 'text' ;;
        'connection-string 0') echo 'live running' ;;
        'instance logs 0') echo 'live branches' ;;
        'pg create 0') echo 'live branches' ;;
        'pg start 0') echo 'live branches' ;;
        'pg stop 0') echo 'live running' ;;
        'pg destroy 0') echo 'live branches' ;;
        'snapshot create 0') echo 'live branches' ;;
        'snapshot list 0') echo 'live branches' ;;
        'snapshot delete 0') echo 'live snapshots' ;;
        'lease 0') echo 'live revisions' ;;
        'export 0') echo 'live revisions' ;;
        'export 1') echo 'file' ;;
        'relations 0') echo 'live revisions' ;;
        'page 0') echo 'live revisions' ;;
        'page 1') echo 'text' ;;
        'page 2') echo 'text' ;;
        'wal dump 0') echo 'live revisions' ;;
        'wal stats 0') echo 'live revisions' ;;
        'wal verify 0') echo 'live revisions' ;;
        'config get 0') echo 'text' ;;
        'config set 0') echo 'text' ;;
        'config set 1') echo 'text' ;;
        'config unset 0') echo 'text' ;;
        'postgres install 0') echo 'text' ;;
        'fsck '*) echo 'live revisions' ;;
        'rev-parse '*) echo 'live revisions' ;;
        'help '*) echo 'command' ;;
        'completion 0') echo 'words bash zsh fish' ;;
    esac
}
__neon_reply() {
    local IFS=$'\n'
    COMPREPLY=($(compgen -W "$1" -- "$2"))
}
_neon() {
    local cur=${COMP_WORDS[COMP_CWORD]} command= position=0 what= word i
    local globals=("${COMP_WORDS[0]}")
    COMPREPLY=()
    for ((i = 1; i < COMP_CWORD; i++)); do
        word=${COMP_WORDS[i]}
        if [[ $word == -* ]]; then
            what=$(__neon_option_value "$command" "$word")
            [[ -z $what ]] && continue
            ((++i == COMP_CWORD)) && break
            [[ $word == -C || $word == --repo ]] && globals+=("$word" "${COMP_WORDS[i]}")
            what=
        elif [[ -z $command ]]; then
            command=$word
        elif [[ $command != *' '* && -n $(__neon_commands "$command") ]]; then
            command="$command $word"
        else
            position=$((position + 1))
        fi
    done
    if [[ -z $what && $cur == -* ]]; then
        __neon_reply "$(__neon_options "$command" | cut -d: -f1)" "$cur"
        return
    fi
    if [[ -z $what && $command != *' '* && -n $(__neon_commands "$command") ]]; then
        __neon_reply "$(__neon_commands "$command" | cut -d: -f1)" "$cur"
        return
    fi
    [[ -z $what ]] && what=$(__neon_parameter "$command" "$position")
    case $what in
        'words '*) __neon_reply "$(printf '%s\n' ${what#words })" "$cur" ;;
        'live '*) __neon_reply "$("${globals[@]}" __complete "${what#live }" 2>/dev/null)" "$cur" ;;
        command) __neon_reply "$(__neon_commands '' | cut -d: -f1)" "$cur" ;;
        file) compopt -o default 2>/dev/null; COMPREPLY=() ;;
        directory) COMPREPLY=($(compgen -d -- "$cur")) ;;
    esac
}
complete -F _neon neon
