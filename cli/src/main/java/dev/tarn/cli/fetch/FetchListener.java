package dev.tarn.cli.fetch;

/** Hears how far a fetch has come. */
public interface FetchListener {
    /** A part of the work begins; the one before has ended. */
    void begin(String task, long bytes);

    /** So many more bytes of the part are done. */
    void advance(long bytes);

    /** Something the user should know. */
    void note(String line);

    /** Hears nothing. */
    FetchListener NONE = new FetchListener() {
        @Override
        public void begin(String task, long bytes) {}

        @Override
        public void advance(long bytes) {}

        @Override
        public void note(String line) {}
    };
}
