package dev.tarn.trace.parquet;

import dev.tarn.trace.TraceRow;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ColumnReadStore;
import org.apache.parquet.column.impl.ColumnReadStoreImpl;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.io.ParquetDecodingException;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type.Repetition;
import org.jspecify.annotations.Nullable;

/** The rows of one row group, put together from its columns. */
final class RowGroup {
    private final FlatColumn request;
    private final FlatColumn step;
    private final FlatColumn position;
    private final FlatColumn layer;
    private final FlatColumn group;
    private final FlatColumn budgetWaves;
    private final FlatColumn mass;
    private final ListColumn indices;
    private final @Nullable ListColumn scores;
    private long left;

    RowGroup(PageReadStore pages, MessageType schema, @Nullable String createdBy) {
        var columns =
                new Columns(pages, schema, new ColumnReadStoreImpl(pages, new ColumnPaths(schema), schema, createdBy));
        left = pages.getRowCount();
        request = columns.flat(TraceSchema.REQUEST);
        step = columns.flat(TraceSchema.STEP);
        position = columns.flat(TraceSchema.POSITION);
        layer = columns.flat(TraceSchema.LAYER);
        group = columns.flat(TraceSchema.GROUP);
        budgetWaves = columns.flat(TraceSchema.BUDGET_WAVES);
        mass = columns.flat(TraceSchema.MASS);
        indices = columns.list(TraceSchema.INDICES);
        scores = schema.containsField(TraceSchema.SCORES) ? columns.list(TraceSchema.SCORES) : null;
    }

    /** Finds a row group's columns by the first part of their paths. */
    private record Columns(PageReadStore pages, MessageType schema, ColumnReadStore store) {
        FlatColumn flat(String name) {
            var column = descriptor(name);
            return new FlatColumn(store.getColumnReader(column), values(column), pages.getRowCount());
        }

        ListColumn list(String name) {
            var column = descriptor(name);
            boolean nullable = schema.getType(name).isRepetition(Repetition.OPTIONAL);
            return new ListColumn(store.getColumnReader(column), values(column), nullable);
        }

        private ColumnDescriptor descriptor(String name) {
            return schema.getColumns().stream()
                    .filter(column -> column.getPath()[0].equals(name))
                    .findFirst()
                    .orElseThrow();
        }

        private long values(ColumnDescriptor column) {
            return pages.getPageReader(column).getTotalValueCount();
        }
    }

    boolean hasNext() {
        return left > 0;
    }

    TraceRow next() {
        left--;
        var row = new TraceRow(
                request.nextInt(),
                step.nextInt(),
                position.nextInt(),
                layer.nextInt(),
                group.nextInt(),
                budgetWaves.nextInt(),
                mass.nextFloat(),
                indices.nextInts(),
                scores == null ? null : scores.nextFloats());
        if (left == 0 && (indices.hasMore() || (scores != null && scores.hasMore()))) {
            throw new ParquetDecodingException("a list column goes on after its row group's last row");
        }
        return row;
    }
}
