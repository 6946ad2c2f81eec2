package dev.tarn.trace.parquet;

import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.io.api.Converter;
import org.apache.parquet.io.api.GroupConverter;
import org.apache.parquet.io.api.PrimitiveConverter;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.Type;

/**
 * The tree of converters that Parquet asks for beside each column. Values are pulled from the columns here, never pushed into
 * converters, so these receive nothing.
 */
final class ColumnPaths extends GroupConverter {
    private final List<Converter> children = new ArrayList<>();

    ColumnPaths(GroupType group) {
        for (Type field : group.getFields()) {
            children.add(field.isPrimitive() ? new PrimitiveConverter() {} : new ColumnPaths(field.asGroupType()));
        }
    }

    @Override
    public Converter getConverter(int fieldIndex) {
        return children.get(fieldIndex);
    }

    @Override
    public void start() {}

    @Override
    public void end() {}
}
