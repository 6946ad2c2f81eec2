package dev.tarn.engine.prefix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tarn.engine.EngineException;
import dev.tarn.engine.kv.KvTypes;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is kept in a folder survives the process, is shared by several, stays within its room, and is whole or not used. */
class PrefixFolderTest {
    private static final long ROOMY = 1L << 30;

    @TempDir
    private Path folder;

    private Prefixes open() {
        return new Prefixes(folder, ROOMY, 0);
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }

    private Path chunk(int index) throws IOException {
        return files().stream()
                .filter(file -> file.toString().contains("-" + index + "."))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void prefix_isFoundAfterARestart_andItsBytesAreCounted() throws IOException {
        try (Prefixes first = open()) {
            assertThat(first.read(1, 4)).isZero();
            assertThat(first.cache.counters().savedBytes())
                    .isEqualTo(files().stream()
                            .mapToLong(file -> file.toFile().length())
                            .sum())
                    .isGreaterThan(4 * Prefixes.BYTES);
        }
        try (Prefixes second = open()) {
            assertThat(second.read(1, 6)).isEqualTo(4);
            PrefixCounters counters = second.cache.counters();
            assertThat(counters.hit()).isEqualTo(4 * Prefixes.CHUNK);
            assertThat(counters.asked()).isEqualTo(6 * Prefixes.CHUNK + 1);
            assertThat(counters.loadedBytes()).isEqualTo(4 * Prefixes.BYTES);
            assertThat(second.found(1, 6)).isEqualTo(6);
            assertThat(second.found(2, 6)).isZero();
            assertThat(second.warnings).isEmpty();
        }
    }

    @Test
    void prefix_ofAnotherModelOrFormat_isNotFound() {
        try (Prefixes first = open()) {
            first.read(1, 2);
        }
        try (Prefixes model = new Prefixes("another", Prefixes.SHAPE, folder, ROOMY, 0);
                Prefixes format = new Prefixes("test", Prefixes.SHAPE.stored(KvTypes.F32), folder, ROOMY, 0);
                Prefixes same = open()) {
            assertThat(model.read(1, 2)).isZero();
            assertThat(format.read(1, 2)).isZero();
            assertThat(same.read(1, 2)).isEqualTo(2);
            assertThat(model.warnings).isEmpty();
            assertThat(format.warnings).isEmpty();
        }
    }

    /** Truncates, lengthens, flips a bit, puts in something else, or another chunk under the same name. */
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(
            ints = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27
            })
    void file_thatIsNotWhole_isIgnoredWithOneLine_andWrittenAnew(int seed) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        try (Prefixes first = open()) {
            first.read(1, 4);
            first.read(2, 4);
        }
        int bad = random.nextInt(4);
        Path file;
        try (Prefixes empty = new Prefixes(folder.resolve("apart"), ROOMY, 0)) {
            empty.read(1, 4);
        }
        try (Stream<Path> own = Files.list(folder.resolve("apart"))) {
            String name = own.map(path -> path.getFileName().toString())
                    .filter(path -> path.contains("-" + bad + "."))
                    .findFirst()
                    .orElseThrow();
            file = folder.resolve(name);
        }
        damage(file, seed % 7, random);

        try (Prefixes second = open()) {
            assertThat(second.read(1, 4)).isEqualTo(bad);
            assertThat(second.warnings).hasSize(1);
            assertThat(second.warnings.getFirst())
                    .startsWith(file + ": ")
                    .endsWith("; ignored, and the prompt is read again from there")
                    .doesNotContain("\n");
            assertThat(second.found(2, 4)).isEqualTo(4);
        }
        try (Prefixes third = open()) {
            assertThat(third.found(1, 4)).isEqualTo(4);
            assertThat(third.warnings).isEmpty();
        }
    }

    private void damage(Path file, int how, SplittableRandom random) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        switch (how) {
            case 0 -> Files.write(file, Arrays.copyOf(bytes, random.nextInt(bytes.length)));
            case 1 -> Files.write(file, Arrays.copyOf(bytes, bytes.length + 1 + random.nextInt(9)));
            case 2 -> Files.writeString(file, "a file of somebody else's, longer than the first few bytes of a prefix");
            case 3 -> Files.write(file, new byte[0]);
            case 4 ->
                Files.copy(
                        files().stream()
                                .filter(other -> Files.isRegularFile(other) && !other.equals(file))
                                .findFirst()
                                .orElseThrow(),
                        file,
                        StandardCopyOption.REPLACE_EXISTING);
            case 5 -> flip(file, bytes, random.nextInt(100), random);
            default -> flip(file, bytes, random.nextInt(bytes.length), random);
        }
    }

    private static void flip(Path file, byte[] bytes, int at, SplittableRandom random) throws IOException {
        bytes[at] ^= (byte) (1 << random.nextInt(8));
        Files.write(file, bytes);
    }

    /** Of three prompts the one used longest ago leaves, its last chunk first. */
    @Test
    void folder_thatIsFull_losesWhatWasUsedLongestAgo() throws IOException {
        long file;
        try (Prefixes first = open()) {
            first.read(1, 3);
            file = Files.size(files().getFirst());
            first.read(2, 2);
        }
        try (Prefixes second = new Prefixes(folder, 6 * file + 9, 0)) {
            assertThat(second.found(1, 3)).isEqualTo(3);
            assertThat(second.read(3, 2)).isZero();
            assertThat(second.cache.counters().evictions()).isEqualTo(1);
            assertThat(second.found(2, 2)).isEqualTo(1);
            assertThat(second.found(1, 3)).isEqualTo(3);
            assertThat(second.found(3, 2)).isEqualTo(2);
        }
        assertThat(files()).hasSize(6);
    }

    @Test
    void prompt_largerThanItsRoom_keepsItsBeginning() throws IOException {
        long file;
        try (Prefixes first = open()) {
            first.read(9, 1);
            file = Files.size(files().getFirst());
        }
        try (Prefixes small = new Prefixes(folder, 3 * file, 3 * Prefixes.BYTES)) {
            assertThat(small.read(1, 8)).isZero();
            assertThat(small.found(1, 8)).isEqualTo(3);
            assertThat(small.cache.memoryBytes()).isEqualTo(3 * Prefixes.BYTES);
        }
        try (Prefixes next = open()) {
            assertThat(next.found(1, 8)).isEqualTo(3);
            assertThat(next.found(9, 1)).isZero();
        }
    }

    @Test
    void memory_thatIsFull_losesWhatWasUsedLongestAgo() {
        try (Prefixes memory = new Prefixes(null, 0, 6 * Prefixes.BYTES)) {
            memory.read(1, 3);
            memory.read(2, 2);
            assertThat(memory.found(1, 3)).isEqualTo(3);
            assertThat(memory.read(3, 2)).isZero();
            assertThat(memory.found(2, 2)).isEqualTo(1);
            assertThat(memory.found(1, 3)).isEqualTo(3);
            assertThat(memory.found(3, 2)).isEqualTo(2);
            assertThat(memory.cache.memoryBytes()).isEqualTo(6 * Prefixes.BYTES);
            assertThat(memory.cache.counters().loadedBytes()).isZero();
        }
    }

    /** Random prompts with beginnings in common, through little memory and a small folder, against what must be true of any LRU. */
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void cache_underRandomUse_staysWithinItsRoomAndRight(long seed) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        long file;
        try (Prefixes first = open()) {
            first.read(0, 1);
            file = Files.size(files().getFirst());
        }
        try (Prefixes small = new Prefixes(folder, 12 * file, 5 * Prefixes.BYTES)) {
            for (int use = 0; use < 60; use++) {
                int prompt = random.nextInt(6);
                int chunks = 1 + random.nextInt(5);
                small.read(prompt, chunks);
                assertThat(small.found(prompt, chunks)).as("just used").isEqualTo(chunks);
                assertThat(small.cache.memoryBytes()).isLessThanOrEqualTo(5 * Prefixes.BYTES);
                assertThat(files()).hasSizeLessThanOrEqualTo(12);
            }
            assertThat(small.warnings).isEmpty();
        }
    }

    @Test
    void folder_ofTwoAtOnce_servesBoth() throws Exception {
        try (ExecutorService two = Executors.newFixedThreadPool(2)) {
            List<Future<List<String>>> both = IntStream.range(0, 2)
                    .mapToObj(who -> two.submit(() -> {
                        SplittableRandom random = new SplittableRandom(who);
                        try (Prefixes own = new Prefixes(folder, 400_000, who * 2 * Prefixes.BYTES)) {
                            for (int use = 0; use < 60; use++) {
                                own.read(random.nextInt(4), 1 + random.nextInt(5));
                            }
                            return own.warnings;
                        }
                    }))
                    .toList();
            for (Future<List<String>> one : both) {
                assertThat(one.get()).isEmpty();
            }
        }
        assertThat(files()).isNotEmpty().allMatch(file -> file.toString().endsWith(".tarn-prefix"));
    }

    @Test
    void leftovers_ofACrash_areDeletedAtTheNextStart_butNotWhatIsInUseOrForeign() throws IOException {
        Path left = Files.writeString(folder.resolve("1.tarn-unfinished"), "left");
        Path used = Files.writeString(folder.resolve("2.tarn-unfinished"), "used");
        Path foreign = Files.writeString(folder.resolve("notes.tarn-prefix"), "foreign");
        try (FileChannel channel = FileChannel.open(used, StandardOpenOption.WRITE);
                FileLock lock = channel.lock();
                Prefixes next = new Prefixes(folder, 1, 0)) {
            assertThat(lock.isValid()).isTrue();
            assertThat(next.read(1, 2)).isZero();
            assertThat(next.warnings).isEmpty();
        }
        assertThat(left).doesNotExist();
        assertThat(used).exists();
        assertThat(foreign).exists();
        assertThat(files()).hasSize(2);
    }

    @Test
    void folder_thatGoesAway_endsSavingInOneLine_andReadingGoesOn() throws IOException {
        Path gone = folder.resolve("gone");
        try (Prefixes own = new Prefixes(gone, ROOMY, ROOMY)) {
            Files.delete(gone);
            own.read(1, 3);
            own.read(2, 3);
            assertThat(own.found(1, 3)).isEqualTo(3);
            assertThat(own.warnings).hasSize(1);
            assertThat(own.warnings.getFirst())
                    .startsWith("prefix cache: nothing more is saved (")
                    .doesNotContain("\n");
        }
    }

    @Test
    void folder_thatIsAFile_isRefusedInOneLine() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");

        assertThatThrownBy(() -> new Prefixes(file, ROOMY, 0))
                .isInstanceOf(EngineException.class)
                .hasMessageStartingWith("prefix cache " + file + ": cannot be used (")
                .hasMessageEndingWith("name a folder of your own");
    }

    @Test
    void chunk_isOneFile() throws IOException {
        try (Prefixes own = open()) {
            own.read(1, 3);
        }
        assertThat(files()).hasSize(3);
        assertThat(Files.size(chunk(2))).isBetween(Prefixes.BYTES, Prefixes.BYTES + 200);
    }
}
