package dev.tarn.engine.tokenize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.sun.management.ThreadMXBean;
import dev.tarn.engine.EngineException;
import dev.tarn.engine.format.GgufBuilder;
import dev.tarn.engine.format.GgufFile;
import dev.tarn.engine.format.HuggingFaceConfig;
import dev.tarn.engine.format.JsonFields;
import dev.tarn.engine.format.SafetensorsFile;
import dev.tarn.engine.format.SafetensorsWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Damaged model files: whatever byte is wrong, reading ends in a result or in an {@link EngineException} of one line,
 * and never takes memory out of proportion to the file.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class MutatedFilesTest {
    private static final int ROUNDS = 125;
    private static final int NIGHTLY_ROUNDS = 2_500;

    /** Java objects for small values are larger than their bytes in a file, and code that runs first loads classes. */
    private static final long ALLOCATION_FACTOR = 200;

    private static final long ALLOCATION_BASE = 8 << 20;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @TempDir
    private Path folder;

    /** The kinds of file, each with a sound original and a use of all that is read from it. */
    enum Kind {
        GGUF("m.gguf") {
            @Override
            byte[] original(Path folder) {
                return new GgufBuilder()
                        .put("general.architecture", "llama")
                        .put("general.alignment", 32)
                        .put("llama.rope.freq_base", 1e4f)
                        .put("tokenizer.ggml.model", "gpt2")
                        .put("tokenizer.ggml.pre", "llama-bpe")
                        .put("tokenizer.ggml.tokens", new String[] {"H", "e", "l", "o", "ll", "He", "<|eot_id|>"})
                        .put("tokenizer.ggml.token_type", new int[] {1, 1, 1, 1, 1, 1, 3})
                        .put("tokenizer.ggml.merges", new String[] {"l l", "H e"})
                        .put("tokenizer.ggml.scores", new float[] {0, -1, -2, -3, -4, -5, 0})
                        .put("tokenizer.ggml.bos_token_id", 6)
                        .put("tokenizer.ggml.add_bos_token", true)
                        .tensor("a.weight", 8, new byte[68], 32, 2)
                        .tensor("b.weight", 0, new byte[16], 4)
                        .build();
            }

            @Override
            void use(Path path) {
                try (var file = GgufFile.open(path)) {
                    file.names().forEach(name -> file.tensor(name).rowBytes());
                    exercise(GgufTokenizer.read(file.metadata()));
                }
            }
        },
        SAFETENSORS("m.safetensors") {
            @Override
            byte[] original(Path folder) throws IOException {
                var path = folder.resolve("original.safetensors");
                new SafetensorsWriter()
                        .metadata("format", "pt")
                        .floats("a.weight", new float[12], 3, 4)
                        .ints("b", new int[] {1, 2}, 2)
                        .write(path);
                return Files.readAllBytes(path);
            }

            @Override
            void use(Path path) {
                try (var file = SafetensorsFile.open(path)) {
                    file.names().forEach(name -> file.tensor(name).rowBytes());
                }
            }
        },
        CONFIG("config.json") {
            @Override
            byte[] original(Path folder) {
                return """
                        {"architectures":["LlamaForCausalLM"],"hidden_size":64,"rms_norm_eps":1e-05,"tie_word_embeddings":true,
                        "eos_token_id":[1,2],"rope_parameters":{"rope_type":"llama3","factor":8.0,"rope_theta":500000.0}}""".getBytes(StandardCharsets.UTF_8);
            }

            @Override
            void use(Path path) {
                var config = HuggingFaceConfig.read(path);
                config.strings("architectures");
                config.integer("hidden_size");
                config.floating("rms_norm_eps");
                config.bool("tie_word_embeddings", false);
                config.integers("eos_token_id");
                JsonFields rope = config.object("rope_parameters");
                rope.string("rope_type", "default");
                rope.floating("factor", 1);
                rope.floating("rope_theta");
            }
        },
        TOKENIZER("tokenizer.json") {
            @Override
            byte[] original(Path folder) {
                return """
                        {"version":"1.0","added_tokens":[{"id":7,"content":"<s>","special":true,"normalized":false,"lstrip":true}],
                        "normalizer":{"type":"Sequence","normalizers":[{"type":"NFC"},{"type":"Prepend","prepend":"o"}]},
                        "pre_tokenizer":{"type":"Sequence","pretokenizers":[{"type":"Split","behavior":"Isolated","invert":false,
                        "pattern":{"Regex":"(?i:'s|'t)|[^\\\\r\\\\n\\\\p{L}\\\\p{N}]?\\\\p{L}+|\\\\p{N}{1,3}|\\\\s+(?!\\\\S)|\\\\s+"}},
                        {"type":"ByteLevel","add_prefix_space":false,"use_regex":false}]},
                        "post_processor":{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"<s>"}},{"Sequence":{"id":"A"}}]},
                        "decoder":{"type":"Sequence","decoders":[{"type":"Replace","pattern":{"String":"_"},"content":" "},
                        {"type":"ByteFallback"},{"type":"Fuse"},{"type":"Strip","content":" ","start":1,"stop":0}]},
                        "model":{"type":"BPE","byte_fallback":true,"ignore_merges":true,
                        "vocab":{"H":0,"e":1,"l":2,"o":3,"ll":4,"He":5,"<0x21>":6},"merges":["l l",["H","e"]]}}""".getBytes(StandardCharsets.UTF_8);
            }

            @Override
            void use(Path path) {
                exercise(HuggingFaceTokenizer.read(path));
            }
        };

        private final String file;

        Kind(String file) {
            this.file = file;
        }

        abstract byte[] original(Path folder) throws IOException;

        abstract void use(Path path);

        static void exercise(Tokenizer tokenizer) {
            int[] ids = tokenizer.encodeWithBos("Hello, 'S w\u00f6rld 1234 <s>  <|eot_id|>!", true);
            tokenizer.decode(ids);
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void read_originalFile_isSound(Kind kind) throws IOException {
        kind.use(Files.write(folder.resolve(kind.file), kind.original(folder)));
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void read_mutatedFiles_endInAResultOrAOneLineError(Kind kind) throws IOException {
        assertThat(refused(kind, ROUNDS)).isGreaterThan(ROUNDS / 4);
    }

    @Tag("nightly")
    @ParameterizedTest
    @EnumSource(Kind.class)
    void read_manyMutatedFiles_endInAResultOrAOneLineError(Kind kind) throws IOException {
        assertThat(refused(kind, NIGHTLY_ROUNDS)).isGreaterThan(NIGHTLY_ROUNDS / 4);
    }

    private int refused(Kind kind, int rounds) throws IOException {
        var original = kind.original(folder);
        var path = folder.resolve(kind.file);
        int refused = 0;
        for (int seed = 0; seed < rounds; seed++) {
            var mutated = mutate(original, new Random(seed));
            Files.write(path, mutated);
            refused += readOne(kind, path, mutated.length, seed) ? 0 : 1;
        }
        return refused;
    }

    private static boolean readOne(Kind kind, Path path, int size, int seed) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        boolean sound = true;
        try {
            kind.use(path);
        } catch (EngineException refusal) {
            sound = false;
            assertThat(refusal.getMessage()).as("seed %d", seed).isNotBlank().doesNotContain("\n", "\r");
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError raw) {
            fail(kind + " seed " + seed + " ends in " + raw, raw);
        }
        long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
        assertThat(allocated).as("%s seed %d", kind, seed).isLessThan(ALLOCATION_BASE + ALLOCATION_FACTOR * size);
        return sound;
    }

    private static byte[] mutate(byte[] original, Random random) {
        var bytes = original.clone();
        for (int changes = random.nextInt(1, 5); changes > 0 && bytes.length > 8; changes--) {
            bytes = mutateOnce(bytes, random);
        }
        return bytes;
    }

    private static byte[] mutateOnce(byte[] bytes, Random random) {
        int at = random.nextInt(bytes.length);
        int length = Math.min(random.nextInt(1, 24), bytes.length - at);
        return switch (random.nextInt(8)) {
            case 0 -> {
                bytes[at] ^= (byte) (1 << random.nextInt(8));
                yield bytes;
            }
            case 1 -> {
                bytes[at] = (byte) random.nextInt(256);
                yield bytes;
            }
            case 2 -> Arrays.copyOf(bytes, at);
            case 3 -> join(bytes, at, new byte[0], at + length);
            case 4 -> join(bytes, at + length, Arrays.copyOfRange(bytes, at, at + length), at + length);
            case 5 -> join(bytes, at, extremeNumber(random).getBytes(StandardCharsets.US_ASCII), at + 1);
            default -> overwriteNumber(bytes, at, random);
        };
    }

    private static byte[] overwriteNumber(byte[] bytes, int at, Random random) {
        long[] extremes = {0, 1, -1, Integer.MAX_VALUE, Integer.MIN_VALUE, Long.MAX_VALUE, 1L << 40, 1 << 20, 255};
        long value = extremes[random.nextInt(extremes.length)];
        int width = random.nextBoolean() ? Long.BYTES : Integer.BYTES;
        int from = Math.min(at, bytes.length - width);
        var buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        if (width == Long.BYTES) {
            buffer.putLong(from, value);
        } else {
            buffer.putInt(from, (int) value);
        }
        return bytes;
    }

    private static String extremeNumber(Random random) {
        var numbers =
                new String[] {"-1", "1e999999999", "99999999999999999999", "2147483647", "0.1", "null", "[[", "{}"};
        return numbers[random.nextInt(numbers.length)];
    }

    private static byte[] join(byte[] bytes, int head, byte[] between, int tail) {
        var out = new ByteArrayOutputStream();
        out.write(bytes, 0, head);
        out.writeBytes(between);
        out.write(bytes, tail, bytes.length - tail);
        return out.toByteArray();
    }
}
