package dev.tarn.study.distill.network;

/**
 * What one layer of the backbone computed over one window, as far as its indexer learns from it. Tokens come in tiles of {@link
 * #TILE}, channel-major inside a tile, so that matrix products have one token in each vector lane.
 */
public interface LayerActivations {
    /** Tokens in a tile. */
    int TILE = 64;

    /** The attention input of one tile's tokens, [hidden][TILE]. */
    void hiddenTile(int tile, float[] out);

    /** The attention input of one token. */
    void hidden(int position, float[] out, int offset);

    /** One KV head's keys of one tile's tokens, as cached, [keyDim][TILE]. */
    void keyTile(int tile, int kvHead, float[] out);

    /** All attention heads' queries of one token, [heads · keyDim]; only some tokens' are there. */
    void query(int position, float[] out, int offset);
}
