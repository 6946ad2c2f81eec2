package dev.tarn.trace.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.LocalInputFile;
import org.apache.parquet.schema.MessageTypeParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file as Parquet itself sees it: other programs rely on these names and types. */
class TraceSchemaTest {
    private static final String COLUMNS = """
            message tarn_trace {
              required int32 request; required int32 step; required int32 position;
              required int32 layer (INTEGER(16,true)); required int32 group (INTEGER(16,true));
              required int32 budget_waves (INTEGER(16,true));
              optional float mass;
              required group indices (LIST) { repeated group list { required int32 element; } }
            """;
    private static final String SCORES =
            "optional group scores (LIST) { repeated group list { required float element; } }";

    @TempDir
    Path folder;

    @Test
    void file_withAndWithoutScores_hasTheDocumentedColumnsAndKeys() throws IOException {
        for (boolean withScores : new boolean[] {false, true}) {
            Path file =
                    TraceSamples.write(folder.resolve("t.parquet"), TraceSamples.random(1, 50, withScores), withScores);
            try (var parquet = ParquetFileReader.open(new LocalInputFile(file))) {
                var footer = parquet.getFileMetaData();
                assertThat(footer.getSchema())
                        .isEqualTo(MessageTypeParser.parseMessageType(COLUMNS + (withScores ? SCORES : "") + "}"));
                assertThat(footer.getKeyValueMetaData())
                        .containsOnlyKeys(
                                "tarn.version",
                                "model",
                                "attention",
                                "layers",
                                "kv_heads",
                                "entry_bytes",
                                "k",
                                "block",
                                "prompt_sha256");
                assertThat(parquet.getRowGroups().getFirst().getColumns())
                        .allMatch(column -> column.getCodec() == CompressionCodecName.ZSTD);
            }
        }
    }
}
