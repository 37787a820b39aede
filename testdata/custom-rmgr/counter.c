/*
 * A resource manager of an extension, as PostgreSQL 15 and later let one be: it adds to the first column, an int4, of a
 * heap tuple in place. CustomRmgrTest compiles it with the installed server's headers and loads it with
 * shared_preload_libraries.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/relation.h"
#include "access/xlog_internal.h"
#include "access/xloginsert.h"
#include "access/xlogutils.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "storage/bufmgr.h"
#include "storage/itemptr.h"
#include "utils/rel.h"

PG_MODULE_MAGIC;

#define XLOG_COUNTER_ADD 0x00

typedef struct xl_counter_add
{
	int32		amount;
	OffsetNumber offnum;
} xl_counter_add;

static void
add(Page page, const xl_counter_add *said)
{
	HeapTupleHeader tuple = (HeapTupleHeader) PageGetItem(page, PageGetItemId(page, said->offnum));

	*(int32 *) ((char *) tuple + tuple->t_hoff) += said->amount;
}

static void
counter_redo(XLogReaderState *record)
{
	Buffer		buffer;

	if (XLogReadBufferForRedo(record, 0, &buffer) == BLK_NEEDS_REDO)
	{
		add(BufferGetPage(buffer), (xl_counter_add *) XLogRecGetData(record));
		PageSetLSN(BufferGetPage(buffer), record->EndRecPtr);
		MarkBufferDirty(buffer);
	}
	if (BufferIsValid(buffer))
		UnlockReleaseBuffer(buffer);
}

static void
counter_desc(StringInfo text, XLogReaderState *record)
{
	xl_counter_add *said = (xl_counter_add *) XLogRecGetData(record);

	appendStringInfo(text, "amount %d, off %u", said->amount, said->offnum);
}

static const char *
counter_identify(uint8 info)
{
	return (info & ~XLR_INFO_MASK) == XLOG_COUNTER_ADD ? "ADD" : NULL;
}

static RmgrData counter_rmgr = {
	.rm_name = "counter",
	.rm_redo = counter_redo,
	.rm_desc = counter_desc,
	.rm_identify = counter_identify,
};

void		_PG_init(void);

void
_PG_init(void)
{
	if (process_shared_preload_libraries_in_progress)
		RegisterCustomRmgr(RM_EXPERIMENTAL_ID, &counter_rmgr);
}

PG_FUNCTION_INFO_V1(counter_add);

/* counter_add(regclass, tid, int4) */
Datum
counter_add(PG_FUNCTION_ARGS)
{
	Relation	relation = relation_open(PG_GETARG_OID(0), RowExclusiveLock);
	ItemPointer tid = (ItemPointer) PG_GETARG_POINTER(1);
	xl_counter_add said = {.amount = PG_GETARG_INT32(2), .offnum = ItemPointerGetOffsetNumber(tid)};
	Buffer		buffer = ReadBuffer(relation, ItemPointerGetBlockNumber(tid));
	XLogRecPtr	lsn;

	LockBuffer(buffer, BUFFER_LOCK_EXCLUSIVE);
	START_CRIT_SECTION();
	add(BufferGetPage(buffer), &said);
	MarkBufferDirty(buffer);
	XLogBeginInsert();
	XLogRegisterData((char *) &said, sizeof(said));
	XLogRegisterBuffer(0, buffer, REGBUF_STANDARD);
	lsn = XLogInsert(RM_EXPERIMENTAL_ID, XLOG_COUNTER_ADD);
	PageSetLSN(BufferGetPage(buffer), lsn);
	END_CRIT_SECTION();
	UnlockReleaseBuffer(buffer);
	relation_close(relation, NoLock);
	PG_RETURN_VOID();
}
