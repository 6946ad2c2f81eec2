package dev.tarn.engine.kv;

import dev.tarn.engine.EngineException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32C;

/** CRC-32C of every entry that was written to a file, in memory, against what is read back. Checking may run on several threads. */
final class EntryChecksums {
    private final int entryBytes;
    private final String name;
    private final int[][] sums;

    /** Of files in a folder of this name. */
    EntryChecksums(int layers, int entryBytes, String name) {
        this(entryBytes, name, new int[layers][0]);
    }

    private EntryChecksums(int entryBytes, String name, int[][] sums) {
        this.entryBytes = entryBytes;
        this.name = name;
        this.sums = sums;
    }

    /** Notes what goes to the file as positions first .. first+count-1 of a layer. */
    void note(int layer, int first, int count, MemorySegment from, long at) {
        if (sums[layer].length < first + count) {
            sums[layer] = Arrays.copyOf(sums[layer], Math.max(first + count, 2 * sums[layer].length));
        }
        CRC32C crc = new CRC32C();
        ByteBuffer bytes = from.asSlice(at, (long) count * entryBytes).asByteBuffer();
        for (int i = 0; i < count; i++) {
            sums[layer][first + i] = sum(crc, bytes, i);
        }
    }

    private int sum(CRC32C crc, ByteBuffer bytes, int entry) {
        crc.reset();
        crc.update(bytes.limit((entry + 1) * entryBytes).position(entry * entryBytes));
        return (int) crc.getValue();
    }

    /**
     * Checks what came from the file as these positions.
     *
     * @throws EngineException where it is not what was written
     */
    void check(int layer, int first, int count, MemorySegment to, long at) {
        CRC32C crc = new CRC32C();
        ByteBuffer bytes = to.asSlice(at, (long) count * entryBytes).asByteBuffer();
        for (int i = 0; i < count; i++) {
            int sum = sum(crc, bytes, i);
            if (sum != sums[layer][first + i]) {
                throw new EngineException("slow tier " + name + ": the entry of layer " + layer + ", position "
                        + (first + i) + " came back changed (CRC-32C " + Integer.toHexString(sum) + ", written "
                        + Integer.toHexString(sums[layer][first + i]) + "); check the disk");
            }
        }
    }

    /** The same sums for a copy of the file. */
    EntryChecksums copy() {
        int[][] copies = new int[sums.length][];
        Arrays.setAll(copies, layer -> sums[layer].clone());
        return new EntryChecksums(entryBytes, name, copies);
    }
}
