package dev.tarn.engine.format;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One GGUF file, parsed: header, metadata, tensor table, data (ggml's docs/gguf.md, versions 2 and 3, which differ
 * only in that 3 may be big-endian). What is wrong in it is an error with file name and byte offset.
 *
 * @param file the mapping, owned by this part
 * @param metadata all key-value pairs
 * @param tensors views by name in the order of the table
 */
record GgufPart(MappedFile file, GgufMetadata metadata, Map<String, TensorView> tensors) {
    private static final int MAGIC = 0x46554747; // "GGUF" read as a little-endian number
    private static final int MAX_DIMENSIONS = 4; // GGML_MAX_DIMS
    private static final int MAX_ENTRIES = 1 << 20;
    private static final int MAX_KEY = 65_535;
    private static final int LEAST_PAIR = 8 + 4 + 1;
    private static final int LEAST_TENSOR = 8 + 4 + 8 + 4 + 8;
    private static final int DEFAULT_ALIGNMENT = 32;

    private record Entry(String name, TensorType type, long[] shape, long offset, long bytes, long at) {}

    static GgufPart parse(MappedFile file) {
        var cursor = new ByteCursor(file);
        readHeader(file, cursor);
        int tensorCount = cursor.readCount("tensor count", LEAST_TENSOR, MAX_ENTRIES);
        int pairCount = cursor.readCount("metadata count", LEAST_PAIR, MAX_ENTRIES);
        var metadata = readMetadata(file, cursor, pairCount);
        var entries = new ArrayList<Entry>(tensorCount);
        for (int i = 0; i < tensorCount; i++) {
            entries.add(readEntry(file, cursor));
        }
        return new GgufPart(file, metadata, place(file, entries, dataStart(metadata, cursor.offset())));
    }

    private static void readHeader(MappedFile file, ByteCursor cursor) {
        int magic = cursor.readInt("the magic number");
        if (magic != MAGIC) {
            throw file.error(
                    0, String.format("begins with 0x%08x, not with GGUF's 0x%08x; not a GGUF file", magic, MAGIC));
        }
        int version = cursor.readInt("the version");
        if (version != 2 && version != 3) {
            boolean swapped = Integer.reverseBytes(version) == 2 || Integer.reverseBytes(version) == 3;
            throw file.error(
                    4,
                    swapped
                            ? "is big-endian GGUF; convert it to little-endian"
                            : "GGUF version " + Integer.toUnsignedString(version) + ", expected 2 or 3");
        }
    }

    private static GgufMetadata readMetadata(MappedFile file, ByteCursor cursor, int count) {
        var values = new LinkedHashMap<String, Object>();
        var reader = new GgufValueReader(file, cursor);
        for (int i = 0; i < count; i++) {
            long at = cursor.offset();
            var key = cursor.readString("key of metadata " + i);
            if (key.isEmpty() || key.length() > MAX_KEY) {
                throw file.error(
                        at, "key of metadata " + i + " has " + key.length() + " characters, expected 1 to " + MAX_KEY);
            }
            if (values.put(key, reader.read(key)) != null) {
                throw file.error(at, "metadata " + key + " is there twice");
            }
        }
        return new GgufMetadata(file.path(), values);
    }

    private static Entry readEntry(MappedFile file, ByteCursor cursor) {
        long at = cursor.offset();
        var name = cursor.readString("name of a tensor");
        var shape = readShape(file, cursor, name);
        long typeAt = cursor.offset();
        int id = cursor.readInt("type of tensor " + name);
        var type = TensorType.ofGgml(id);
        if (type == null) {
            throw file.error(
                    typeAt,
                    "tensor " + name + " has type number " + Integer.toUnsignedString(id) + "; known are "
                            + TensorType.ggmlNames());
        }
        long bytes = TensorLayout.bytes(file, at, name, type, shape);
        return new Entry(name, type, shape, cursor.readLong("offset of tensor " + name), bytes, at);
    }

    private static long[] readShape(MappedFile file, ByteCursor cursor, String name) {
        long at = cursor.offset();
        int rank = cursor.readInt("dimension count of tensor " + name);
        if (rank < 1 || rank > MAX_DIMENSIONS) {
            throw file.error(
                    at,
                    "tensor " + name + " has " + Integer.toUnsignedString(rank) + " dimensions, expected 1 to "
                            + MAX_DIMENSIONS);
        }
        var shape = new long[rank];
        for (int i = rank - 1; i >= 0; i--) {
            shape[i] = cursor.readLong("a dimension of tensor " + name);
            if (shape[i] <= 0) {
                throw file.error(at, "tensor " + name + " has a dimension of " + Long.toUnsignedString(shape[i]));
            }
        }
        return shape;
    }

    private static long dataStart(GgufMetadata metadata, long headerEnd) {
        long alignment = alignment(metadata);
        return Math.ceilDiv(headerEnd, alignment) * alignment;
    }

    private static long alignment(GgufMetadata metadata) {
        long alignment = metadata.longInteger("general.alignment", DEFAULT_ALIGNMENT);
        if (alignment < 1 || alignment > 1 << 30 || Long.bitCount(alignment) != 1) {
            throw metadata.error("general.alignment", "is " + alignment + ", expected a power of two up to 2^30");
        }
        return alignment;
    }

    private static Map<String, TensorView> place(MappedFile file, List<Entry> entries, long dataStart) {
        var views = new LinkedHashMap<String, TensorView>();
        for (var entry : entries) {
            long room = file.size() - dataStart;
            if (entry.offset < 0 || entry.bytes > room || entry.offset > room - entry.bytes) {
                throw file.error(
                        entry.at,
                        "tensor " + entry.name + " takes " + entry.bytes + " bytes at data offset "
                                + Long.toUnsignedString(entry.offset) + ", but the file has " + Math.max(room, 0)
                                + " bytes of data; it is truncated or damaged");
            }
            var data = file.bytes().asSlice(dataStart + entry.offset, entry.bytes);
            if (views.put(entry.name, new TensorView(entry.name, entry.type, entry.shape, data)) != null) {
                throw file.error(entry.at, "tensor " + entry.name + " is there twice");
            }
        }
        rejectOverlaps(file, entries);
        return views;
    }

    private static void rejectOverlaps(MappedFile file, List<Entry> entries) {
        var byOffset = new ArrayList<>(entries);
        byOffset.sort(Comparator.comparingLong(Entry::offset));
        for (int i = 1; i < byOffset.size(); i++) {
            var left = byOffset.get(i - 1);
            var right = byOffset.get(i);
            if (right.offset < left.offset + left.bytes) {
                throw file.error(
                        right.at,
                        "tensor " + right.name + " at data offset " + right.offset + " overlaps tensor " + left.name
                                + ", which ends at " + (left.offset + left.bytes));
            }
        }
    }
}
