package dev.tarn.cli.commands;

import dev.tarn.cli.console.TextTable;
import dev.tarn.cli.console.Units;
import dev.tarn.cli.json.JsonDocument;
import dev.tarn.engine.model.Decoder;
import dev.tarn.engine.reserve.LayerCounters;
import dev.tarn.engine.reserve.Reservation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a reservation did, as a document's {@code kv} and as a table. */
final class KvFields {
    private static final double MILLIS = 1e-6;

    private KvFields() {}

    /** Puts {@code kv} into a document where there is a reservation. */
    static JsonDocument put(JsonDocument document, Decoder decoder) {
        Reservation reservation = decoder.reservation();
        return reservation == null ? document : document.put("kv", of(decoder, reservation));
    }

    /** The fields of {@code kv}. */
    static Map<String, Object> of(Decoder decoder, Reservation reservation) {
        long entryBytes = reservation.shape().entryBytes();
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("entries", reservation.options().entries());
        fields.put("entry_bytes", entryBytes);
        put(fields, reservation.total(), entryBytes);
        List<Map<String, Object>> layers = new ArrayList<>();
        for (int layer = 0; layer < decoder.architecture().layers(); layer++) {
            if (reservation.serves(layer)) {
                Map<String, Object> of = new LinkedHashMap<>();
                of.put("layer", layer);
                put(of, reservation.counters(layer), entryBytes);
                layers.add(of);
            }
        }
        fields.put("layers", layers);
        return fields;
    }

    private static void put(Map<String, Object> fields, LayerCounters of, long entryBytes) {
        fields.put("hits", of.hits());
        fields.put("misses", of.misses());
        fields.put("bytes_fetched", of.fetched() * entryBytes);
        fields.put("batches", of.batches());
        fields.put("reads", of.reads());
        fields.put("evictions", of.evictions());
        fields.put("prefetched", of.prefetched());
        fields.put("prefetched_useful", of.useful());
        Map<String, Object> timing = new LinkedHashMap<>();
        timing.put("fetch_ms", of.fetchNanos() * MILLIS);
        timing.put("wait_ms", of.waitNanos() * MILLIS);
        timing.put("hidden_ms", of.hiddenNanos() * MILLIS);
        timing.put("hidden_share", of.hiddenShare());
        fields.put("timing", timing);
    }

    /** A row for each layer and one for all. */
    static TextTable table(Decoder decoder, Reservation reservation) {
        TextTable table = new TextTable()
                .words("layer")
                .numbers("hits")
                .numbers("misses")
                .numbers("hit rate")
                .numbers("fetched")
                .numbers("batches")
                .numbers("evictions")
                .numbers("wait ms")
                .numbers("hidden ms");
        long entryBytes = reservation.shape().entryBytes();
        for (int layer = 0; layer < decoder.architecture().layers(); layer++) {
            if (reservation.serves(layer)) {
                row(table, String.valueOf(layer), reservation.counters(layer), entryBytes);
            }
        }
        row(table, "all", reservation.total(), entryBytes);
        return table;
    }

    private static void row(TextTable table, String name, LayerCounters of, long entryBytes) {
        table.row(
                name,
                of.hits(),
                of.misses(),
                Units.percent(of.hitRate()),
                Units.bytes((double) of.fetched() * entryBytes),
                of.batches(),
                of.evictions(),
                Units.fixed(of.waitNanos() * MILLIS, 1),
                Units.fixed(of.hiddenNanos() * MILLIS, 1));
    }
}
