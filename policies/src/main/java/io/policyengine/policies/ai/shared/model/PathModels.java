package io.policyengine.policies.ai.shared.model;

import io.policyengine.policies.ai.shared.modelapi.PathSegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Finds model names in a path. A name may contain slashes, and ends before a known operation. Without a known
 * operation, the name may end at any segment. A path with more than {@value #MAX} names, or with a name that is too
 * long, is ambiguous.
 */
final class PathModels {
    /** Maximum number of model names that a path may contain; a path with more is treated as ambiguous. */
    private static final int MAX = 16;

    private static final Set<String> METHODS =
            Set.of("generatecontent", "streamgeneratecontent", "rawpredict", "streamrawpredict", "predict");

    /** Path segments that may follow a model name. */
    private static final Set<String> OPERATIONS = Set.of(
            "v1",
            "chat",
            "completions",
            "responses",
            "messages",
            "embeddings",
            "images",
            "audio",
            "extensions",
            "converse",
            "converse-stream",
            "invoke",
            "invoke-with-response-stream",
            "invoke-with-bidirectional-stream",
            "count-tokens");

    private final String target;
    private final List<PathSegment> segments;
    private final List<PathModel> found = new ArrayList<>(1);
    private boolean isUnclear;

    PathModels(String target) {
        this.target = target;
        this.segments = PathSegment.of(target);
    }

    /** Returns the model names in the path; empty if there are too many, or if one is too long. */
    Optional<List<PathModel>> find() {
        boolean hasModels = false;
        for (int i = 0; i + 1 < segments.size() && !isUnclear; i++) {
            switch (segments.get(i).lowerCase()) {
                case "models" -> {
                    hasModels = true;
                    addFrom(i + 1, true);
                }
                case "model", "deployments", "engines" -> addFrom(i + 1, false);
                default -> {}
            }
        }
        int last = segments.size() - 1;
        if (!hasModels && last >= 0 && hasMethod(segments.get(last))) {
            add(last, last, true);
        }
        return isUnclear ? Optional.empty() : Optional.of(found);
    }

    private void addFrom(int first, boolean isBeforeMethod) {
        int last = segments.size() - 1;
        int before = found.size();
        for (int end = first; end < last && !isUnclear; end++) {
            boolean isBehind = end > first && isOperation(end);
            if (isOperation(end + 1) && !isBehind) {
                add(first, end, isBeforeMethod);
            }
        }
        if (found.size() > before) {
            return;
        }
        int nearest = isBeforeMethod && hasMethod(segments.get(last)) ? last : first;
        for (int end = nearest; end <= last && !isUnclear; end++) {
            add(first, end, isBeforeMethod);
        }
    }

    private void add(int first, int last, boolean isBeforeMethod) {
        StringBuilder name = new StringBuilder();
        for (int i = first; i <= last && name.length() <= ModelName.LONGEST; i++) {
            name.append(i == first ? "" : "/").append(segments.get(i).text());
        }
        if (name.length() > ModelName.LONGEST || found.size() == MAX) {
            isUnclear = true;
            return;
        }
        PathModel model = new PathModel(
                name.toString(), segments.get(first).from(), segments.get(last).to());
        found.add(isBeforeMethod ? model.withoutMethod(target) : model);
    }

    private boolean isOperation(int index) {
        return OPERATIONS.contains(segments.get(index).lowerCase());
    }

    private static boolean hasMethod(PathSegment segment) {
        String text = segment.lowerCase();
        int colon = text.lastIndexOf(':');
        return colon >= 0 && METHODS.contains(text.substring(colon + 1));
    }
}
