package dev.tarn.policy;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The policies written down with collections as plainly as their papers read, and as slowly; lists run from the oldest to the newest. */
abstract class ReferencePolicy {
    final int capacity;
    final Set<Integer> resident = new TreeSet<>();
    final Set<Integer> batch = new HashSet<>();

    ReferencePolicy(int capacity) {
        this.capacity = capacity;
    }

    static ReferencePolicy of(String name, PoolShape shape) {
        int c = shape.capacity();
        return switch (name) {
            case "fifo" -> new Ordered(c, false);
            case "lru" -> new Ordered(c, true);
            case "clock" -> new Clock(c);
            case "sieve" -> new Sieve(c);
            case "lfu" -> new Lfu(c);
            case "2q" -> new ReferenceQueues.TwoQueue(c, 0.25, 0.5);
            case "2q:in=0.5,out=1" -> new ReferenceQueues.TwoQueue(c, 0.5, 1);
            case "arc" -> new ReferenceQueues.Arc(c);
            case "s3-fifo" -> new ReferenceQueues.S3Fifo(c, 0.1, 0.9);
            case "s3-fifo:small=0.4,ghost=0.5" -> new ReferenceQueues.S3Fifo(c, 0.4, 0.5);
            case "score-priority" -> new Score(c);
            case "next-visit" -> new NextVisit(c, shape.lanes());
            default -> throw new AssertionError(name);
        };
    }

    int most(int lane, boolean counted, int size) {
        return capacity;
    }

    /** {@code hits} are those that stay. */
    void start(int lane, boolean counted, List<Integer> hits, List<Integer> all) {
        start(lane, counted, hits);
    }

    abstract void start(int lane, boolean counted, List<Integer> hits);

    void meet(int id) {}

    abstract int victim();

    void expect(int id) {}

    abstract void use(int id, float score);

    abstract void add(int id, float score);

    abstract void drop(int id);

    void dropGhost(int id) {}

    int serve(int lane, boolean counted, List<Integer> ids, List<Float> scores) {
        int first = Math.max(0, ids.size() - Math.min(capacity, most(lane, counted, ids.size())));
        List<Integer> staying = ids.subList(first, ids.size());
        List<Integer> hits = staying.stream().filter(resident::contains).toList();
        int hitCount = (int) ids.stream().filter(resident::contains).count();
        batch.clear();
        batch.addAll(staying);
        start(lane, counted, hits, ids);
        int pending = 0;
        for (int id : staying) {
            if (!hits.contains(id)) {
                meet(id);
                if (resident.size() + pending == capacity) {
                    resident.remove(victim());
                }
                expect(id);
                pending++;
            }
        }
        for (int i = first; i < ids.size(); i++) {
            int id = ids.get(i);
            if (resident.add(id)) {
                add(id, scores.get(i));
            } else {
                use(id, scores.get(i));
            }
        }
        return hitCount;
    }

    void remove(int id) {
        if (resident.remove(id)) {
            drop(id);
        } else {
            dropGhost(id);
        }
    }

    boolean open(int id) {
        return !batch.contains(id);
    }

    Integer firstOpen(List<Integer> list) {
        return list.stream().filter(this::open).findFirst().orElse(null);
    }

    static void remember(List<Integer> ghosts, int id, int limit) {
        ghosts.add(id);
        if (ghosts.size() > limit) {
            ghosts.removeFirst();
        }
    }

    static final class Ordered extends ReferencePolicy {
        private final List<Integer> list = new ArrayList<>();
        private final boolean byUse;

        Ordered(int capacity, boolean byUse) {
            super(capacity);
            this.byUse = byUse;
        }

        @Override
        void start(int lane, boolean counted, List<Integer> hits) {}

        @Override
        int victim() {
            Integer victim = firstOpen(list);
            list.remove(victim);
            return victim;
        }

        @Override
        void use(int id, float score) {
            if (byUse) {
                drop(id);
                list.add(id);
            }
        }

        @Override
        void add(int id, float score) {
            list.add(id);
        }

        @Override
        void drop(int id) {
            list.remove((Integer) id);
        }
    }

    static final class Clock extends ReferencePolicy {
        private final List<Integer> ring = new ArrayList<>();
        private final Set<Integer> used = new HashSet<>();

        Clock(int capacity) {
            super(capacity);
        }

        @Override
        void start(int lane, boolean counted, List<Integer> hits) {}

        @Override
        int victim() {
            while (true) {
                int id = ring.removeFirst();
                if (open(id) && !used.remove(id)) {
                    return id;
                }
                ring.add(id);
            }
        }

        @Override
        void use(int id, float score) {
            used.add(id);
        }

        @Override
        void add(int id, float score) {
            ring.add(id);
        }

        @Override
        void drop(int id) {
            ring.remove((Integer) id);
            used.remove(id);
        }
    }

    static final class Sieve extends ReferencePolicy {
        private final List<Integer> queue = new ArrayList<>();
        private final Set<Integer> visited = new HashSet<>();
        private int hand;

        Sieve(int capacity) {
            super(capacity);
        }

        @Override
        void start(int lane, boolean counted, List<Integer> hits) {}

        @Override
        int victim() {
            while (true) {
                hand = hand < queue.size() ? hand : 0;
                int id = queue.get(hand);
                if (open(id) && !visited.remove(id)) {
                    queue.remove(hand);
                    hand = hand < queue.size() ? hand : 0;
                    return id;
                }
                hand++;
            }
        }

        @Override
        void use(int id, float score) {
            visited.add(id);
        }

        @Override
        void add(int id, float score) {
            queue.add(id);
        }

        @Override
        void drop(int id) {
            int place = queue.indexOf(id);
            queue.remove(place);
            hand -= place < hand ? 1 : 0;
            hand = hand < queue.size() ? hand : 0;
            visited.remove(id);
        }
    }

    /** Policies that evict the least of the open residents by some order. */
    abstract static class Least extends ReferencePolicy {
        final Map<Integer, Long> lastUse = new HashMap<>();
        long clock;

        Least(int capacity) {
            super(capacity);
        }

        abstract Comparator<Integer> order();

        @Override
        void start(int lane, boolean counted, List<Integer> hits) {}

        @Override
        int victim() {
            Comparator<Integer> order = order().thenComparing(lastUse::get);
            int victim = resident.stream().filter(this::open).min(order).orElseThrow();
            drop(victim);
            return victim;
        }

        @Override
        void use(int id, float score) {
            lastUse.put(id, clock++);
        }

        @Override
        void drop(int id) {
            lastUse.remove(id);
        }
    }

    static final class Lfu extends Least {
        private final Map<Integer, Integer> count = new HashMap<>();

        Lfu(int capacity) {
            super(capacity);
        }

        @Override
        Comparator<Integer> order() {
            return Comparator.comparing(count::get);
        }

        @Override
        void use(int id, float score) {
            count.merge(id, 1, Integer::sum);
            super.use(id, score);
        }

        @Override
        void add(int id, float score) {
            count.put(id, 0);
            use(id, score);
        }
    }

    static final class Score extends Least {
        private final Map<Integer, Float> scores = new HashMap<>();
        private boolean counted;
        private float lowest;

        Score(int capacity) {
            super(capacity);
        }

        @Override
        void start(int lane, boolean counted, List<Integer> hits) {
            this.counted = counted;
        }

        @Override
        int serve(int lane, boolean counted, List<Integer> ids, List<Float> given) {
            int hits = super.serve(lane, counted, ids, given);
            if (counted) {
                int first = Math.max(0, ids.size() - capacity);
                lowest = given.subList(first, ids.size()).stream()
                        .min(Float::compare)
                        .orElse(Float.POSITIVE_INFINITY);
            }
            return hits;
        }

        @Override
        Comparator<Integer> order() {
            return Comparator.comparing(scores::get);
        }

        @Override
        void use(int id, float score) {
            scores.put(id, counted ? score : lowest);
            super.use(id, score);
        }

        @Override
        void add(int id, float score) {
            use(id, score);
        }
    }

    static final class NextVisit extends Least {
        private final Map<Integer, Integer> laneOf = new HashMap<>();
        private final Map<Integer, Integer> count = new HashMap<>();
        private final Map<Integer, Integer> visitOf = new HashMap<>();
        private final int[] visits;
        private final List<Integer> lanes = new ArrayList<>();
        private final Map<Integer, int[]> odds = new LinkedHashMap<>();
        private final Map<Integer, Integer> sizes = new HashMap<>();
        private int lane;

        NextVisit(int capacity, int lanes) {
            super(capacity);
            visits = new int[lanes];
        }

        private int kind(int id) {
            int age = Math.min(7, visits[laneOf.get(id)] - visitOf.get(id));
            int magnitude = 0;
            for (int n = count.get(id); n > 1 && magnitude < 7; n /= 2) {
                magnitude++;
            }
            return age * 8 + magnitude;
        }

        @Override
        int most(int lane, boolean counted, int size) {
            if (!counted) {
                return size;
            }
            sizes.put(lane, size);
            long walk = sizes.values().stream().mapToInt(Integer::intValue).sum();
            return walk <= capacity ? size : (int) ((long) capacity * size / walk);
        }

        @Override
        void start(int lane, boolean counted, List<Integer> hits, List<Integer> all) {
            start(lane, counted, all.stream().filter(resident::contains).toList());
        }

        @Override
        void start(int lane, boolean counted, List<Integer> hits) {
            this.lane = lane;
            if (counted || !lanes.contains(lane)) {
                lanes.remove((Integer) lane);
                lanes.addFirst(lane);
            }
            if (counted) {
                var seen = new HashMap<Integer, Integer>();
                resident.stream()
                        .filter(id -> laneOf.get(id) == lane)
                        .forEach(id -> seen.merge(kind(id), 1, Integer::sum));
                seen.forEach((kind, n) -> {
                    int[] counts = odds.computeIfAbsent(kind, _ -> new int[2]);
                    while (counts[1] >= 4096) {
                        counts[0] /= 2;
                        counts[1] /= 2;
                    }
                    counts[1] += n;
                });
                hits.forEach(id -> odds.get(kind(id))[0]++);
                visits[lane]++;
            }
        }

        private double worth(int id) {
            int[] counts = odds.getOrDefault(kind(id), new int[2]);
            return (counts[0] + 0.5) / (counts[1] + 1.0) / (lanes.size() - lanes.indexOf(laneOf.get(id)));
        }

        @Override
        Comparator<Integer> order() {
            return Comparator.<Integer>comparingDouble(this::worth).thenComparing(this::kind);
        }

        @Override
        void use(int id, float score) {
            count.merge(id, 1, Integer::sum);
            visitOf.put(id, visits[lane]);
            super.use(id, score);
        }

        @Override
        void add(int id, float score) {
            laneOf.put(id, lane);
            count.put(id, 0);
            use(id, score);
        }

        @Override
        void remove(int id) {
            boolean was = resident.contains(id);
            super.remove(id);
            if (was && resident.stream().noneMatch(other -> laneOf.get(other).equals(laneOf.get(id)))) {
                lanes.remove(laneOf.get(id));
                sizes.remove(laneOf.get(id));
            }
        }
    }
}
