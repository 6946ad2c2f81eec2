package dev.tarn.cli.commands;

import dev.tarn.cli.files.AtomicFile;
import dev.tarn.engine.reserve.ReserveListener;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/**
 * When entries were fetched, waited for and attended to, on which thread: the trace event format that chrome://tracing and Perfetto read.
 * Times are microseconds since the run began.
 */
final class Timeline implements ReserveListener {
    /** Enough for some minutes; what comes later is left out. */
    private static final int MOST = 1_000_000;

    private static final double MICROS = 1e-3;

    private final long began = System.nanoTime();
    private final List<Event> events = new ArrayList<>();
    private final Map<String, Integer> threads = new LinkedHashMap<>();

    private record Event(String name, int thread, long start, long end, int sequence, int layer, int entries) {}

    @Override
    public void fetched(int sequence, int layer, int first, int count, long start, long end) {
        add("fetch", sequence, layer, count, start, end);
    }

    @Override
    public void waited(int sequence, int layer, long start, long end) {
        add("wait", sequence, layer, 0, start, end);
    }

    @Override
    public void attended(int sequence, int layer, int entries, long start, long end) {
        add("attend", sequence, layer, entries, start, end);
    }

    private synchronized void add(String name, int sequence, int layer, int entries, long start, long end) {
        if (events.size() < MOST) {
            int thread = threads.computeIfAbsent(Thread.currentThread().getName(), _ -> threads.size());
            events.add(new Event(name, thread, start, end, sequence, layer, entries));
        }
    }

    /** Writes the file and closes it. */
    synchronized void writeTo(AtomicFile file) {
        List<Map<String, Object>> all = new ArrayList<>();
        threads.forEach((name, thread) -> all.add(
                Map.of("ph", "M", "name", "thread_name", "pid", 1, "tid", thread, "args", Map.of("name", name))));
        for (Event event : events) {
            all.add(Map.of(
                    "ph",
                    "X",
                    "name",
                    event.name,
                    "pid",
                    1,
                    "tid",
                    event.thread,
                    "ts",
                    (event.start - began) * MICROS,
                    "dur",
                    (event.end - event.start) * MICROS,
                    "args",
                    Map.of("sequence", event.sequence, "layer", event.layer, "entries", event.entries)));
        }
        try (file) {
            String text = JsonMapper.shared().writeValueAsString(Map.of("traceEvents", all));
            file.write(text.getBytes(StandardCharsets.UTF_8));
            file.commit();
        }
    }
}
