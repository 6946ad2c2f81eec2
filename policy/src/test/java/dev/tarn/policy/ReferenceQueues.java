package dev.tarn.policy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Those of {@link ReferencePolicy} that keep several queues and remember what they evicted. */
final class ReferenceQueues {
    private ReferenceQueues() {}

    static final class TwoQueue extends ReferencePolicy {
        private final List<Integer> in = new ArrayList<>();
        private final List<Integer> main = new ArrayList<>();
        private final List<Integer> out = new ArrayList<>();
        private final Set<Integer> toMain = new HashSet<>();
        private final int kIn;
        private final int kOut;
        private int pendingIn;

        TwoQueue(int capacity, double in, double out) {
            super(capacity);
            kIn = (int) (capacity * in);
            kOut = (int) (capacity * out);
        }

        @Override
        void start(int lane, boolean counted, List<Integer> hits) {
            pendingIn = 0;
        }

        @Override
        void meet(int id) {
            if (out.remove((Integer) id)) {
                toMain.add(id);
            }
        }

        @Override
        int victim() {
            Integer oldIn = firstOpen(in);
            Integer oldMain = firstOpen(main);
            if (oldMain == null || (in.size() + pendingIn > kIn && oldIn != null)) {
                in.remove(oldIn);
                remember(out, oldIn, kOut);
                return oldIn;
            }
            main.remove(oldMain);
            return oldMain;
        }

        @Override
        void expect(int id) {
            pendingIn += toMain.contains(id) ? 0 : 1;
        }

        @Override
        void use(int id, float score) {
            if (main.remove((Integer) id)) {
                main.add(id);
            }
        }

        @Override
        void add(int id, float score) {
            (toMain.remove(id) ? main : in).add(id);
        }

        @Override
        void drop(int id) {
            in.remove((Integer) id);
            main.remove((Integer) id);
        }

        @Override
        void dropGhost(int id) {
            out.remove((Integer) id);
        }
    }

    static final class Arc extends ReferencePolicy {
        private final List<Integer> t1 = new ArrayList<>();
        private final List<Integer> t2 = new ArrayList<>();
        private final List<Integer> b1 = new ArrayList<>();
        private final List<Integer> b2 = new ArrayList<>();
        private double p;
        private boolean inB1;
        private boolean inB2;
        private boolean noGhost;

        Arc(int capacity) {
            super(capacity);
        }

        @Override
        void start(int lane, boolean counted, List<Integer> hits) {
            t1.removeAll(hits);
            t2.removeAll(hits);
            t2.addAll(hits);
        }

        @Override
        void meet(int id) {
            inB1 = b1.contains(id);
            inB2 = b2.contains(id);
            noGhost = false;
            if (inB1) {
                p = Math.min(capacity, p + Math.max((double) b2.size() / b1.size(), 1));
            } else if (inB2) {
                p = Math.max(0, p - Math.max((double) b1.size() / b2.size(), 1));
            } else if (t1.size() + b1.size() == capacity) {
                noGhost = t1.size() == capacity;
                if (!noGhost) {
                    b1.removeFirst();
                }
            } else if (t1.size() + b1.size() + t2.size() + b2.size() == 2 * capacity) {
                b2.removeFirst();
            }
            b1.remove((Integer) id);
            b2.remove((Integer) id);
        }

        @Override
        int victim() {
            boolean one = noGhost || (!t1.isEmpty() && ((inB2 && t1.size() == p) || t1.size() > p));
            Integer victim = firstOpen(one ? t1 : t2);
            if (victim == null) {
                one = !one;
                victim = firstOpen(one ? t1 : t2);
            }
            (one ? t1 : t2).remove(victim);
            if (!noGhost) {
                (one ? b1 : b2).add(victim);
            }
            return victim;
        }

        @Override
        void expect(int id) {
            (inB1 || inB2 ? t2 : t1).add(id);
        }

        @Override
        void use(int id, float score) {
            t2.remove((Integer) id);
            t2.add(id);
        }

        @Override
        void add(int id, float score) {
            if (t2.contains(id)) {
                use(id, score);
            }
        }

        @Override
        void drop(int id) {
            t1.remove((Integer) id);
            t2.remove((Integer) id);
        }

        @Override
        void dropGhost(int id) {
            b1.remove((Integer) id);
            b2.remove((Integer) id);
        }
    }

    static final class S3Fifo extends ReferencePolicy {
        private final List<Integer> small = new ArrayList<>();
        private final List<Integer> main = new ArrayList<>();
        private final List<Integer> ghosts = new ArrayList<>();
        private final Map<Integer, Integer> count = new HashMap<>();
        private final Set<Integer> toMain = new LinkedHashSet<>();
        private final int mainCapacity;
        private final int ghostCapacity;
        private int pendingMain;

        S3Fifo(int capacity, double small, double ghost) {
            super(capacity);
            mainCapacity = capacity - (int) (capacity * small);
            ghostCapacity = (int) (capacity * ghost);
        }

        @Override
        void start(int lane, boolean counted, List<Integer> hits) {
            pendingMain = 0;
        }

        @Override
        void meet(int id) {
            if (ghosts.remove((Integer) id)) {
                toMain.add(id);
            }
        }

        @Override
        int victim() {
            boolean mainFirst = main.size() + pendingMain > mainCapacity && firstOpen(main) != null;
            while (!mainFirst && firstOpen(small) != null) {
                Integer id = firstOpen(small);
                small.remove(id);
                if (count.get(id) < 2) {
                    remember(ghosts, id, ghostCapacity);
                    return id;
                }
                count.put(id, 0);
                main.add(id);
            }
            while (true) {
                int id = main.removeFirst();
                if (open(id) && count.get(id) == 0) {
                    return id;
                }
                if (open(id)) {
                    count.merge(id, -1, Integer::sum);
                }
                main.add(id);
            }
        }

        @Override
        void expect(int id) {
            pendingMain += toMain.contains(id) ? 1 : 0;
        }

        @Override
        void use(int id, float score) {
            count.put(id, Math.min(3, count.get(id) + 1));
        }

        @Override
        void add(int id, float score) {
            (toMain.remove(id) ? main : small).add(id);
            count.put(id, 0);
        }

        @Override
        void drop(int id) {
            small.remove((Integer) id);
            main.remove((Integer) id);
        }

        @Override
        void dropGhost(int id) {
            ghosts.remove((Integer) id);
        }
    }
}
