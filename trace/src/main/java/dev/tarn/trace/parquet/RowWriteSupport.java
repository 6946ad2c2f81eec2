package dev.tarn.trace.parquet;

import java.util.Map;
import java.util.Objects;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.io.api.RecordConsumer;
import org.apache.parquet.schema.MessageType;
import org.jspecify.annotations.Nullable;

/** Feeds rows of a batch to Parquet, field by field; the "record" handed to Parquet is the batch, its row set before. */
final class RowWriteSupport extends WriteSupport<RowBatch> {
    private final MessageType schema;
    private final Map<String, String> keys;
    private final int massField;
    private final int indicesField;
    private final int scoresField;

    private @Nullable RecordConsumer consumer;
    private int row;

    RowWriteSupport(MessageType schema, Map<String, String> keys) {
        this.schema = schema;
        this.keys = keys;
        this.massField = schema.getFieldIndex(TraceSchema.MASS);
        this.indicesField = schema.getFieldIndex(TraceSchema.INDICES);
        this.scoresField = schema.containsField(TraceSchema.SCORES) ? schema.getFieldIndex(TraceSchema.SCORES) : -1;
    }

    /** Which row of the batch the next {@link #write} takes. */
    void at(int nextRow) {
        row = nextRow;
    }

    // Abstract in the library: it must be there, deprecated or not.
    @Override
    @SuppressWarnings("deprecation")
    public WriteContext init(Configuration configuration) {
        return new WriteContext(schema, keys);
    }

    @Override
    public void prepareForWrite(RecordConsumer recordConsumer) {
        consumer = recordConsumer;
    }

    @Override
    public void write(RowBatch batch) {
        RecordConsumer out = Objects.requireNonNull(consumer);
        out.startMessage();
        integer(out, TraceSchema.REQUEST, 0, batch.request[row]);
        integer(out, TraceSchema.STEP, 1, batch.step[row]);
        integer(out, TraceSchema.POSITION, 2, batch.position[row]);
        integer(out, TraceSchema.LAYER, 3, batch.layer[row]);
        integer(out, TraceSchema.GROUP, 4, batch.group[row]);
        integer(out, TraceSchema.BUDGET_WAVES, 5, batch.budgetWaves[row]);
        mass(out, batch.mass[row]);
        indices(out, batch);
        if (scoresField >= 0 && batch.scored[row]) {
            scores(out, batch);
        }
        out.endMessage();
    }

    private static void integer(RecordConsumer out, String name, int field, int value) {
        out.startField(name, field);
        out.addInteger(value);
        out.endField(name, field);
    }

    private void mass(RecordConsumer out, float value) {
        if (!Float.isNaN(value)) {
            out.startField(TraceSchema.MASS, massField);
            out.addFloat(value);
            out.endField(TraceSchema.MASS, massField);
        }
    }

    private void indices(RecordConsumer out, RowBatch batch) {
        int[] values = batch.indices();
        int begin = batch.begin(row);
        int end = batch.ends[row];
        startList(out, TraceSchema.INDICES, indicesField, begin < end);
        for (int i = begin; i < end; i++) {
            startElement(out);
            out.addInteger(values[i]);
            endElement(out);
        }
        endList(out, TraceSchema.INDICES, indicesField, begin < end);
    }

    private void scores(RecordConsumer out, RowBatch batch) {
        float[] values = batch.scores();
        int begin = batch.begin(row);
        int end = batch.ends[row];
        startList(out, TraceSchema.SCORES, scoresField, begin < end);
        for (int i = begin; i < end; i++) {
            startElement(out);
            out.addFloat(values[i]);
            endElement(out);
        }
        endList(out, TraceSchema.SCORES, scoresField, begin < end);
    }

    /** Parquet wants a field that has no values not to be started: an empty list is the outer group alone. */
    private static void startList(RecordConsumer out, String name, int field, boolean any) {
        out.startField(name, field);
        out.startGroup();
        if (any) {
            out.startField(TraceSchema.LIST, 0);
        }
    }

    private static void endList(RecordConsumer out, String name, int field, boolean any) {
        if (any) {
            out.endField(TraceSchema.LIST, 0);
        }
        out.endGroup();
        out.endField(name, field);
    }

    private static void startElement(RecordConsumer out) {
        out.startGroup();
        out.startField(TraceSchema.ELEMENT, 0);
    }

    private static void endElement(RecordConsumer out) {
        out.endField(TraceSchema.ELEMENT, 0);
        out.endGroup();
    }
}
