package dev.tarn.policy;

/**
 * LRU by page: a page is resident as a whole, and the least recently used page leaves. The capacity is rounded down to whole pages; hits
 * and misses count the pages that a batch touches. Parameter: tokens of a page, default 16.
 *
 * <p>Ids must be aligned: page p is the ids {@code p · page} to {@code p · page + page - 1}, all of one lane, in the order of their positions. So a page's slots
 * are consecutive too. The listener hears of pages: of the first id and the first slot of each. {@link #remove} takes the whole page out.
 */
final class PageLruPolicy implements EvictionPolicy {
    private final int page;
    private final LruPolicy pages;
    private final int[] touched;
    private final int firstSlot;

    PageLruPolicy(Room room, int page, ResidencyListener listener) {
        this.page = page;
        int first = room.firstSlot();
        pages = new LruPolicy(room.ofPages(page), new ResidencyListener() {
            @Override
            public void evicted(int id, int slot) {
                listener.evicted(id * page, first + slot * page);
            }

            @Override
            public void admitted(int id, int slot) {
                listener.admitted(id * page, first + slot * page);
            }
        });
        touched = new int[Math.ceilDiv(room.shape().universe(), page)];
        firstSlot = first;
    }

    @Override
    public int capacity() {
        return pages.capacity() * page;
    }

    @Override
    public int size() {
        return pages.size() * page;
    }

    @Override
    public int slot(int id) {
        int slot = pages.slot(id / page);
        return slot == Room.NONE ? Room.NONE : firstSlot + slot * page + id % page;
    }

    @Override
    public int serve(int lane, int[] ids, int from, int to) {
        int count = 0;
        for (int i = from; i < to; i++) {
            int number = ids[i] / page;
            if (count == 0 || touched[count - 1] != number) {
                touched[count++] = number;
            }
        }
        return pages.serve(lane, touched, 0, count);
    }

    @Override
    public void insert(int lane, int id) {
        pages.insert(lane, id / page);
    }

    @Override
    public void remove(int lane, int id) {
        pages.remove(lane, id / page);
    }
}
