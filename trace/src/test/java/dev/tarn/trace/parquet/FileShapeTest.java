package dev.tarn.trace.parquet;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tarn.trace.TraceException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.EncodingStats;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.ColumnPath;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Types;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FileShapeTest {
    private static final PrimitiveType STEP =
            Types.required(PrimitiveTypeName.INT32).named("step");
    private static final Path FILE = Path.of("t.parquet");

    private static BlockMetaData group(long rows, long begin, long size, CompressionCodecName codec) {
        var group = new BlockMetaData();
        group.setRowCount(rows);
        group.addColumn(ColumnChunkMetaData.get(
                ColumnPath.get("step"),
                STEP,
                codec,
                new EncodingStats.Builder().build(),
                Set.of(Encoding.PLAIN),
                Statistics.createStats(STEP),
                begin,
                0,
                rows,
                size,
                size));
        return group;
    }

    @ParameterizedTest(name = "{2} bytes at {1}")
    @CsvSource({"5, 4, 97", "5, 0, 10", "5, 200, 10", "5, 50, 9223372036854775807"})
    void checkGroups_columnOutsideTheFile_saysWhere(long rows, long begin, long size) {
        var groups = List.of(group(rows, begin, size, CompressionCodecName.ZSTD));

        assertThatThrownBy(() -> FileShape.checkGroups(groups, 100, FILE))
                .isInstanceOf(TraceException.class)
                .hasMessage("t.parquet: damaged footer: column step is said to lie at byte " + begin + ", " + size
                        + " bytes long, but the file has 100 bytes");
    }

    @Test
    void checkGroups_negativeRows_isRefused() {
        var groups = List.of(group(-41, 4, 10, CompressionCodecName.ZSTD));

        assertThatThrownBy(() -> FileShape.checkGroups(groups, 100, FILE))
                .hasMessage("t.parquet: damaged footer: a row group has -41 rows");
    }

    @Test
    void checkGroups_codecThatNeedsHadoop_namesItAndThoseRead() {
        var groups = List.of(group(5, 4, 10, CompressionCodecName.GZIP));

        assertThatThrownBy(() -> FileShape.checkGroups(groups, 100, FILE))
                .hasMessage(
                        "t.parquet: column step is compressed with GZIP, which is not read here; rewrite the file with one of "
                                + "[UNCOMPRESSED, SNAPPY, ZSTD]");
    }
}
