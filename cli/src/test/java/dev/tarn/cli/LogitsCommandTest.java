package dev.tarn.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tarn.engine.attention.AttentionSpecs;
import dev.tarn.engine.attention.SelectionListener;
import dev.tarn.engine.compute.cpu.CpuBackend;
import dev.tarn.engine.compute.cpu.KernelProvider;
import dev.tarn.engine.decode.Sequence;
import dev.tarn.engine.model.Decoder;
import dev.tarn.engine.model.IndexerFile;
import dev.tarn.engine.model.ModelFile;
import dev.tarn.engine.model.ModelLocator;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class LogitsCommandTest {
    private static final int VOCABULARY = 4096;

    @TempDir
    private Path folder;

    /** More than one batch of the decoder, so that rows of both are there. */
    private static int[] ids() {
        return IntStream.range(0, Decoder.BATCH + 20)
                .map(i -> i == 0 ? 0 : 3 + i * 37 % 4000)
                .toArray();
    }

    private JsonNode header(ByteBuffer file) {
        byte[] text = new byte[(int) file.order(ByteOrder.LITTLE_ENDIAN).getLong(0)];
        file.get(8, text);
        return JsonMapper.builder().build().readTree(new String(text, StandardCharsets.UTF_8));
    }

    private static ByteBuffer data(ByteBuffer file, JsonNode tensor) {
        int start = 8 + (int) file.getLong(0);
        int from = start + tensor.at("/data_offsets/0").asInt();
        int to = start + tensor.at("/data_offsets/1").asInt();
        return file.slice(from, to - from).order(ByteOrder.LITTLE_ENDIAN);
    }

    @Test
    void file_ofLogits_isWhatTheEngineComputes() throws IOException {
        int[] ids = ids();
        Path out = folder.resolve("l.safetensors");
        Path list = Files.writeString(
                folder.resolve("ids"),
                Arrays.stream(ids).mapToObj(String::valueOf).collect(Collectors.joining(" \n")));

        JsonNode json = CommandRun.json(
                "logits",
                "--json",
                "--ids-file",
                list.toString(),
                "--attention",
                "dsa:k=32",
                "--greedy",
                "5",
                "--out",
                out.toString());

        assertThat(json.get("tokens").asInt()).isEqualTo(ids.length);
        assertThat(json.get("vocabulary").asInt()).isEqualTo(VOCABULARY);
        ByteBuffer file = ByteBuffer.wrap(Files.readAllBytes(out));
        JsonNode header = header(file);
        assertThat(header.at("/logits/shape").toString()).isEqualTo("[" + ids.length + "," + VOCABULARY + "]");
        assertThat(header.at("/logits/dtype").asString()).isEqualTo("F32");
        assertThat(header.at("/greedy/shape").toString()).isEqualTo("[5]");
        ByteBuffer logits = data(file, header.get("logits"));
        float[] want = engine(ids);
        for (int i = 0; i < VOCABULARY; i++) {
            // One row and a batch of rows may be added up in another order.
            assertThat(logits.getFloat(4 * ((ids.length - 1) * VOCABULARY + i))).isCloseTo(want[i], within(1e-4f));
        }
        for (int layer = 0; layer < 8; layer++) {
            assertThat(header.at("/selected." + layer + "/shape").toString()).isEqualTo("[32]");
        }
        int best = IntStream.range(0, VOCABULARY)
                .reduce((a, b) -> want[b] > want[a] ? b : a)
                .orElseThrow();
        assertThat(data(file, header.get("greedy")).getInt(0)).isEqualTo(best);
    }

    private static float[] engine(int[] ids) {
        Path path = ModelLocator.find(ModelLocator.TINY);
        try (ModelFile model = ModelFile.open(path);
                IndexerFile indexer = IndexerFile.open(IndexerFile.beside(path));
                CpuBackend backend = new CpuBackend(KernelProvider.select(), 1);
                Decoder decoder = new Decoder(model, backend, indexer);
                Sequence sequence = new Sequence(
                        decoder, decoder.attention(AttentionSpecs.parse("dsa:k=32"), SelectionListener.NONE))) {
            float[] logits = new float[VOCABULARY];
            sequence.prefill(ids, 0, _ -> {});
            sequence.readLogits(logits);
            return logits;
        }
    }

    @Test
    void file_atAnyNumberOfThreads_isTheSameBytes() throws IOException {
        String ids = Arrays.stream(ids()).mapToObj(String::valueOf).collect(Collectors.joining(","));
        for (String threads : new String[] {"1", "2", "3"}) {
            CommandRun.good(
                    "logits",
                    "--ids",
                    ids,
                    "--attention",
                    "dsa:k=32",
                    "--threads",
                    threads,
                    "--out",
                    folder.resolve(threads).toString());
        }

        assertThat(folder.resolve("2")).hasSameBinaryContentAs(folder.resolve("1"));
        assertThat(folder.resolve("3")).hasSameBinaryContentAs(folder.resolve("1"));
    }

    @Test
    void dense_writesNoSelections() throws IOException {
        Path out = folder.resolve("d.safetensors");

        CommandRun.good("logits", "--ids", "0,5,6", "--out", out.toString());

        JsonNode header = header(ByteBuffer.wrap(Files.readAllBytes(out)));
        assertThat(header.propertyNames()).contains("logits").noneMatch(name -> name.startsWith("selected"));
        assertThat(header.has("greedy")).isFalse();
    }

    @Test
    void ids_wrong_areOneLineAndLeaveNoFile() {
        String out = folder.resolve("l.safetensors").toString();

        assertThat(CommandRun.bad(2, "logits", "--ids", "1,2,x", "--out", out)).contains("token id 3 is 'x'");
        assertThat(CommandRun.bad(2, "logits", "--ids", "", "--out", out)).contains("no token ids are given");
        assertThat(CommandRun.bad(2, "logits", "--out", out)).contains("give either --ids or --ids-file");
        assertThat(CommandRun.bad(2, "logits", "--ids", "1")).contains("--out FILE is missing");
        assertThat(CommandRun.bad(2, "logits", "--ids", "1", "--greedy=-2", "--out", out))
                .contains("--greedy is -2");
        assertThat(CommandRun.bad(2, "logits", "--ids", "1", "--ties", "torch", "--out", out))
                .contains("--ties torch: attention 'dense' does not take a fixed number of the best tokens");
        assertThat(CommandRun.bad(1, "logits", "--ids", "4096", "--out", out)).contains("token id 4096");
        assertThat(CommandRun.bad(1, "logits", "--ids=-1", "--out", out)).contains("token id -1");
        assertThat(CommandRun.bad(1, "logits", "--ids", "1", "--greedy", "9000", "--out", out))
                .contains("8192");
        assertThat(folder.toFile().list()).isEmpty();
    }
}
