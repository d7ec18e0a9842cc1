package io.policyengine.policies.ai.mcpaccess;

import io.policyengine.policies.ai.mcpaccess.McpAccessParams.OnDifference;
import io.policyengine.policies.ai.shared.accessrules.NameList;
import io.policyengine.policies.ai.shared.jsonrpc.JsonRpcMessage;
import io.policyengine.policies.ai.shared.mcp.ToolLock;
import io.policyengine.policies.content.shared.textmatch.AsSeen;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * Filters lists of tools by the caller's grants and the lock file, and applies the configured treatment to tools with
 * equal names.
 */
final class ToolListJudge {
    private final NameList names;
    private final Optional<PinnedTools> pinned;
    private final OnDifference onShadowing;

    ToolListJudge(NameList names, Optional<PinnedTools> pinned, OnDifference onShadowing) {
        this.names = names;
        this.pinned = pinned;
        this.onShadowing = onShadowing;
    }

    /** Returns the tools of a list that remain for the caller; empty if the whole list is denied. */
    Optional<ArrayNode> kept(ArrayNode all) {
        Map<String, Integer> alike = new HashMap<>();
        Map<String, ToolLock.Verdict> verdicts = new HashMap<>();
        List<JsonNode> readable =
                all.valueStream().filter(ToolListJudge::isReadable).toList();
        for (JsonNode tool : readable) {
            alike.merge(AsSeen.of(nameOf(tool)), 1, Integer::sum);
            pinned.ifPresent(tools -> verdicts.merge(nameOf(tool), tools.judge(tool), ToolListJudge::worse));
        }
        pinned.ifPresent(tools -> verdicts.forEach(tools::seen));
        ArrayNode kept = JsonNodeFactory.instance.arrayNode();
        for (JsonNode tool : readable) {
            String name = nameOf(tool);
            boolean isShadowed = alike.getOrDefault(AsSeen.of(name), 0) > 1;
            if (!names.admits(name)) {
                continue;
            }
            switch (fate(tool, isShadowed)) {
                case REPORT -> kept.add(tool);
                case HIDE -> {
                    // The tool is left out.
                }
                case DENY -> {
                    return Optional.empty();
                }
            }
        }
        return Optional.of(kept);
    }

    /** Returns the worse of the verdicts on two tools with the same name, since an upstream may call either. */
    private static ToolLock.Verdict worse(ToolLock.Verdict one, ToolLock.Verdict other) {
        return one == ToolLock.Verdict.PINNED ? other : one;
    }

    /** Returns the treatment of a tool; {@code REPORT}, which lets it pass, if it has no fault. */
    private OnDifference fate(JsonNode tool, boolean isShadowed) {
        if (pinned.isEmpty()) {
            return isShadowed ? onShadowing : OnDifference.REPORT;
        }
        if (pinned.get().judge(tool) == ToolLock.Verdict.PINNED) {
            return OnDifference.REPORT;
        }
        return isShadowed
                ? stricter(pinned.get().onChanged(), onShadowing)
                : pinned.get().onChanged();
    }

    private static OnDifference stricter(OnDifference one, OnDifference other) {
        if (one == OnDifference.DENY || other == OnDifference.DENY) {
            return OnDifference.DENY;
        }
        return one == OnDifference.HIDE || other == OnDifference.HIDE ? OnDifference.HIDE : OnDifference.REPORT;
    }

    private static boolean isReadable(JsonNode tool) {
        return tool.path("name").isString() && !JsonRpcMessage.hasDisguised(tool, "name");
    }

    private static String nameOf(JsonNode tool) {
        return tool.path("name").stringValue();
    }
}
