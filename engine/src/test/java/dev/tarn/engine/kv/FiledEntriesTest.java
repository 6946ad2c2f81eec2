package dev.tarn.engine.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tarn.engine.EngineException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Entries in a file are what they would be in memory. */
class FiledEntriesTest {
    private static final KvShape SHAPE = new KvShape(4, 2, 6, 5, 3).stored(KvTypes.COMPACT);
    private static final boolean[] STAY = {false, true, false, false};

    @TempDir
    private Path folder;

    /** Appends, overwrites, forks, truncates and reads, in the file and in memory alike; longer than two extents. */
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void cache_inAFile_holdsWhatOneInMemoryHolds(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        try (PagePool pool = new PagePool()) {
            List<KvCache> filed =
                    new ArrayList<>(List.of(new KvCache(SHAPE, pool, new ScratchFolder(folder, seed % 2 == 0), STAY)));
            List<KvCache> plain = new ArrayList<>(List.of(new KvCache(SHAPE, pool)));
            for (int action = 0; action < 60; action++) {
                int i = random.nextInt(filed.size());
                int length = plain.get(i).length();
                switch (random.nextInt(8)) {
                    case 0 -> {
                        int keep = random.nextInt(length + 1);
                        filed.get(i).truncate(keep);
                        plain.get(i).truncate(keep);
                    }
                    case 1 -> {
                        filed.add(filed.get(i).fork());
                        plain.add(plain.get(i).fork());
                    }
                    default -> {
                        int more = 1 + random.nextInt(random.nextBoolean() ? 3 : 150);
                        long tag = random.nextLong();
                        append(filed.get(i), more, tag);
                        append(plain.get(i), more, tag);
                    }
                }
                int check = random.nextInt(filed.size());
                requireSame(filed.get(check), plain.get(check), random);
            }
            filed.forEach(KvCache::close);
        }
        assertThat(folder).isEmptyDirectory();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @EnabledOnOs(OS.LINUX) // where a file that has no name any more can be written to
    void entry_thatCameBackChanged_isMetOnlyByChecksums(boolean checked) throws IOException {
        try (PagePool pool = new PagePool();
                KvCache cache = new KvCache(SHAPE, pool, new ScratchFolder(folder, checked), STAY);
                Arena arena = Arena.ofConfined()) {
            append(cache, 600, 5);
            SlowTier tier = cache.slowTier();
            MemorySegment to = arena.allocate(600 * SHAPE.entryBytes());
            tier.read(2, 0, 600, to, 0);
            damage((256L * 3 + 256 + 40) * SHAPE.entryBytes()
                    + 7); // the second extent's second layer: 2, since 1 stays
            tier.read(2, 0, 296, to, 0);
            tier.read(2, 297, 303, to, 0);

            if (checked) {
                assertThatThrownBy(() -> tier.read(2, 290, 10, to, 0))
                        .isInstanceOf(EngineException.class)
                        .hasMessageStartingWith(
                                "slow tier " + folder + ": the entry of layer 2, position 296 came back");
                append(cache, 1, 6);
                assertThat(cache.length()).isEqualTo(601);
            } else {
                tier.read(2, 290, 10, to, 0);
            }
        }
    }

    /** Changes a byte of the open file. */
    private static void damage(long at) throws IOException {
        try (var open = Files.list(Path.of("/proc/self/fd"))) {
            Path file = open.filter(fd -> target(fd).contains("tarn-kv-"))
                    .findFirst()
                    .orElseThrow();
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                ByteBuffer one = ByteBuffer.allocate(1);
                channel.read(one, at);
                one.put(0, (byte) (one.get(0) ^ 1)).flip();
                channel.write(one, at);
            }
        }
    }

    private static String target(Path fd) {
        try {
            return Files.readSymbolicLink(fd).toString();
        } catch (IOException e) {
            return ""; // closed meanwhile
        }
    }

    private static void append(KvCache cache, int more, long tag) {
        int from = cache.length();
        for (int layer = 0; layer < SHAPE.layers(); layer++) {
            SplittableRandom numbers = new SplittableRandom(tag + layer);
            for (int position = from; position < from + more; position++) {
                float[] keys = numbers(numbers, 12);
                float[] values = numbers(numbers, 10);
                cache.writeEntry(layer, position, keys, 0, values, 0);
            }
        }
        cache.advanceTo(from + more);
    }

    private static float[] numbers(SplittableRandom random, int count) {
        float[] numbers = new float[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = (float) random.nextGaussian();
        }
        return numbers;
    }

    private static void requireSame(KvCache filed, KvCache plain, SplittableRandom random) {
        int length = plain.length();
        assertThat(filed.length()).isEqualTo(length);
        if (length == 0) {
            return;
        }
        int layer = random.nextInt(SHAPE.layers());
        int first = random.nextInt(length);
        int count = 1 + random.nextInt(length - first);
        assertThat(read(filed, layer, first, count)).isEqualTo(read(plain, layer, first, count));
        float[] got = new float[6];
        float[] want = new float[6];
        filed.readKey(layer, first, 1, got, 0);
        plain.readKey(layer, first, 1, want, 0);
        assertThat(got).isEqualTo(want);
        long page = SHAPE.entryBytes() * KvCache.BLOCK;
        for (int i = 0; i < length / KvCache.BLOCK; i++) {
            byte[] whole = filed.entryPages(layer)[i].asSlice(0, page).toArray(ValueLayout.JAVA_BYTE);
            assertThat(whole)
                    .isEqualTo(plain.entryPages(layer)[i].asSlice(0, page).toArray(ValueLayout.JAVA_BYTE));
        }
    }

    private static byte[] read(KvCache cache, int layer, int first, int count) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment to = arena.allocate(count * SHAPE.entryBytes() + 8);
            cache.slowTier().read(layer, first, count, to, 8);
            return to.asSlice(8).toArray(ValueLayout.JAVA_BYTE);
        }
    }

    @Test
    void memory_ofALongCache_isNotThatOfItsEntries() {
        KvShape shape = new KvShape(8, 4, 64, 64, 0);
        try (PagePool pool = new PagePool();
                KvCache cache = new KvCache(shape, pool, new ScratchFolder(folder), new boolean[8])) {
            RandomCache.fill(cache, 2000, 1);

            assertThat(cache.bytes()).isEqualTo(2000L * 8 * 2048);
            assertThat(pool.allocatedBytes()).isZero();
        }
    }

    @Test
    void leftovers_ofACrash_areDeletedAtTheNextStart_butNotWhatIsInUseOrForeign() throws IOException {
        Path left = Files.writeString(folder.resolve("tarn-kv-123.scratch"), "left");
        Path used = Files.writeString(folder.resolve("tarn-kv-456.scratch"), "used");
        Path foreign = Files.writeString(folder.resolve("tarn-kv.txt"), "foreign");
        try (FileChannel channel = FileChannel.open(used, StandardOpenOption.WRITE);
                FileLock lock = channel.lock()) {
            assertThat(lock.isValid()).isTrue();

            ScratchFolder scratch = new ScratchFolder(folder);

            assertThat(scratch).isNotNull();
            assertThat(left).doesNotExist();
            assertThat(used).exists();
            assertThat(foreign).exists();
        }
    }

    /** The name is gone while the file is in use, so that not even a killed process leaves it behind. */
    @Test
    @EnabledOnOs({OS.LINUX, OS.MAC})
    void file_inUse_hasNoName() {
        try (ScratchFile file = new ScratchFolder(folder).create()) {
            file.extend(3_000_000);

            assertThat(file.size()).isEqualTo(3_000_000);
            assertThat(folder).isEmptyDirectory();
        }
    }

    @Test
    void folder_thatIsNone_isRefused() {
        assertThatThrownBy(() -> new ScratchFolder(folder.resolve("none")))
                .isInstanceOf(EngineException.class)
                .hasMessageEndingWith("none: is no folder; make it, or name another one");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void disk_thatIsFull_endsInOneLine() throws IOException {
        try (FileChannel full =
                FileChannel.open(Path.of("/dev/full"), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ScratchFile file = new ScratchFile(full, "disk");

            assertThatThrownBy(() -> file.extend(4096))
                    .isInstanceOf(EngineException.class)
                    .hasMessage("slow tier disk: entries cannot be written (No space left on device);"
                            + " free space there, or name another folder");
        }
    }

    @Test
    void file_thatEndsEarly_isReportedInOneLine() throws IOException {
        Path path = Files.createFile(folder.resolve("short"));
        try (Arena arena = Arena.ofConfined();
                ScratchFile file = new ScratchFile(FileChannel.open(path, StandardOpenOption.READ), "disk")) {
            MemorySegment to = arena.allocate(10);

            assertThatThrownBy(() -> file.read(to, 0, 10, 0))
                    .isInstanceOf(EngineException.class)
                    .hasMessage("slow tier disk: entries cannot be read back (the file ends early);"
                            + " check the disk, or name another folder");
        }
    }
}
