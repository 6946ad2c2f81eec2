package dev.tarn.trace.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tarn.trace.TraceException;
import dev.tarn.trace.Traces;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroupFactory;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.schema.MessageTypeParser;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ParquetTraceReaderTest {
    /** As another program may have rewritten it: all nullable, a foreign column between, list levels under other names. */
    private static final String REWRITTEN = """
            message other {
              optional int32 request; optional int32 step; optional int32 position; optional int32 layer (INT_16);
              optional int32 group (INT_16); optional binary note (UTF8); optional int32 budget_waves (INT_16);
              optional float mass;
              optional group indices (LIST) { repeated group array { optional int32 item; } }
              optional group scores (LIST) { repeated group array { optional float item; } }
            }""";

    @TempDir
    Path folder;

    private Path file;
    private final Map<String, String> keys = new HashMap<>();

    @BeforeEach
    void prepare() {
        file = folder.resolve("t.parquet");
        keys.putAll(MetadataKeys.encode(TraceSamples.metadata(Map.of()), file));
    }

    /** Writes one row through Parquet's own record API; indices (and scores) may hold "null". */
    private void foreign(String schema, CompressionCodecName codec, int layer, String indices, String scores)
            throws IOException {
        var type = MessageTypeParser.parseMessageType(schema);
        try (var writer = ExampleParquetWriter.builder(new LocalOutputFile(file))
                .withType(type)
                .withExtraMetaData(keys)
                .withCompressionCodec(codec)
                .build()) {
            var group = new SimpleGroupFactory(type).newGroup();
            group.append("request", 1).append("step", 2).append("position", 9).append("layer", layer);
            group.append("group", -1).append("budget_waves", 3).append("mass", 0.5f);
            for (String value : indices.split(" ")) {
                appendTo(list(group, "indices"), value, false);
            }
            for (String value : scores.split(" ")) {
                appendTo(list(group, "scores"), value, true);
            }
            writer.write(group);
        }
    }

    private static Group list(Group row, String name) {
        return row.getFieldRepetitionCount(name) == 0 ? row.addGroup(name) : row.getGroup(name, 0);
    }

    private static void appendTo(Group list, String value, boolean real) {
        Group element = list.addGroup(0);
        if (real) {
            element.add(0, Float.parseFloat(value));
        } else if (!value.equals("null")) {
            element.add(0, Integer.parseInt(value));
        }
    }

    private void assertRefused(String message) {
        assertThatThrownBy(() -> TraceSamples.read(file))
                .isInstanceOf(TraceException.class)
                .hasMessage(file + ": " + message);
    }

    @ParameterizedTest
    @CsvSource({"SNAPPY", "UNCOMPRESSED", "ZSTD"})
    void read_fileRewrittenByAnotherProgram_givesItsRows(CompressionCodecName codec) throws IOException {
        keys.put("ARROW:schema", "internal");
        keys.put("seed", "7");
        foreign(REWRITTEN, codec, 4, "0 5 9", "1 2 -3");

        var row = TraceSamples.read(file).getFirst();

        assertThat(row.indices()).containsExactly(0, 5, 9);
        assertThat(row.scores()).containsExactly(1, 2, -3);
        assertThat(row.layer()).isEqualTo(4);
        assertThat(row.group()).isEqualTo(-1);
        assertThat(row.mass()).isEqualTo(0.5f);
        try (var reader = Traces.open(file)) {
            assertThat(reader.metadata()).isEqualTo(TraceSamples.metadata(Map.of("seed", "7")));
        }
    }

    @ParameterizedTest(name = "{3}")
    @CsvSource({
        "4, 0 10, 1 1, row 0: index 10 at place 1 lies outside 0..9",
        "4, 5 5, 1 1, row 0: index 5 at place 1 follows 5; indices must ascend",
        "4, 5 2, 1 1, row 0: index 2 at place 1 follows 5; indices must ascend",
        "12, 5 6, 1 1, row 0: layer is 12",
        "4, 5 6, 1 1 1, row 0: has 3 scores for 2 indices",
        "4, 5 null, 1 1, row 0: damaged: column indices holds null at place 1",
    })
    void next_rowThatBreaksTheRules_isRefused(int layer, String indices, String scores, String message)
            throws IOException {
        foreign(REWRITTEN, CompressionCodecName.ZSTD, layer, indices, scores);

        assertThatThrownBy(() -> TraceSamples.read(file))
                .isInstanceOf(TraceException.class)
                .hasMessageStartingWith(file + ": " + message);
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource(delimiter = '|', textBlock = """
            optional float mass;      | optional double mass;     | column mass has type 'optional double mass', a trace has float
            int32 step;               | int64 step;               | column step has type 'optional int64 step', a trace has int32
            optional int32 item;      | optional int64 item;      | column indices has type 'optional group indices (LIST) { repeated group array { optional int64 item; } }', a trace has list<int32>
            group indices (LIST)      | group indices             | column indices has type 'optional group indices { repeated group array { optional int32 item; } }', a trace has list<int32>
            optional int32 layer      | optional int32 schicht    | column layer is missing, the file has [request, step, position, schicht, group, note, budget_waves, mass, indices, scores]; give a trace that Tarn wrote
            """)
    void open_columnsOfAnotherShape_namesTheColumnAndBothTypes(String from, String to, String message)
            throws IOException {
        String schema = REWRITTEN.replace(from, to);
        assertThat(schema).isNotEqualTo(REWRITTEN);
        ExampleParquetWriter.builder(new LocalOutputFile(file))
                .withType(MessageTypeParser.parseMessageType(schema))
                .withExtraMetaData(keys)
                .build()
                .close();

        assertRefused(message);
    }

    @ParameterizedTest(name = "{0} = {1}")
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
            layers        | -                    | metadata key 'layers' is missing; give a trace that Tarn wrote
            tarn.version  | -                    | metadata key 'tarn.version' is missing; give a trace that Tarn wrote
            k             | many                 | metadata key 'k' is 'many', not a whole number
            entry_bytes   | 1.5                  | metadata key 'entry_bytes' is '1.5', not a whole number
            layers        | 0                    | metadata key 'layers' is 0, outside 1..32768
            block         | 99999999999          | metadata key 'block' is 99999999999, outside 1..2147483647
            """)
    void open_metadataMissingOrNotANumber_namesTheKey(String key, String value, String message) throws IOException {
        keys.put(key, value);
        keys.values().removeIf(Objects::isNull);
        foreign(REWRITTEN, CompressionCodecName.ZSTD, 4, "1", "1");

        assertRefused(message);
    }

    @Test
    void open_noFileOrAFolderOrAnotherFormat_saysSo() throws IOException {
        assertRefused("no such file");
        file = folder;
        assertRefused("not a trace: it is not a regular file");
        file = Files.writeString(folder.resolve("t.txt"), "request,step\n");
        assertRefused("not a Parquet file: begins with 72 65 71 75 instead of 50 41 52 31 (PAR1)");
        file = Files.writeString(folder.resolve("empty"), "");
        assertRefused("not a Parquet file: begins with  instead of 50 41 52 31 (PAR1)");
    }

    @Test
    void next_pastTheEnd_isRefused() {
        TraceSamples.write(file, TraceSamples.random(1, 2, false), false);
        try (var reader = Traces.open(file)) {
            reader.next();
            reader.next();
            assertThatThrownBy(reader::next)
                    .isInstanceOf(NoSuchElementException.class)
                    .hasMessage(file + ": has only 2 rows");
        }
    }
}
