package dev.tarn.study.fidelity;

import java.util.List;

/**
 * One attention at one context length.
 *
 * @param attention the spec as resolved
 * @param context tokens of each prompt, answer included
 * @param asked questions asked
 * @param right answers that were exactly right
 * @param depths the same by depth: equal shares of the text, the shallowest first
 * @param recall share of dense softmax mass inside the selection, at the positions of questions and answers, mean over query
 *     heads, layers and positions
 * @param kvBytesPerToken bytes of selected entries, all layers, mean over the same positions
 * @param indexBytesPerToken bytes of index keys that the ranking read, all layers, mean over the same positions
 * @param decodeTokS decode steps per second at this context, logits included
 */
public record FidelityResult(
        String attention,
        int context,
        int asked,
        int right,
        List<Depth> depths,
        double recall,
        double kvBytesPerToken,
        double indexBytesPerToken,
        double decodeTokS) {
    /**
     * Answers for facts in one share of the depth.
     *
     * @param from where the share begins, as a fraction of the text
     * @param to where it ends
     * @param asked questions
     * @param right right answers
     */
    public record Depth(double from, double to, int asked, int right) {}
}
