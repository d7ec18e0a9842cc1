package io.policyengine.policies.ai.mcpaccess;

import io.policyengine.core.policy.PolicyEnvironment.WatchedFile;
import io.policyengine.policies.ai.mcpaccess.McpAccessParams.OnDifference;
import io.policyengine.policies.ai.shared.mcp.ToolLock;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** The tools in the lock file, and the differences between the file and the server's latest lists. */
final class PinnedTools {
    private final WatchedFile<ToolLock> file;
    private final Drift drift;
    private final OnDifference onChanged;

    PinnedTools(WatchedFile<ToolLock> file, Drift drift, OnDifference onChanged) {
        this.file = file;
        this.drift = drift;
        this.onChanged = onChanged;
    }

    /**
     * Returns the reason to refuse a tool's call; empty if the call may pass. A tool that is missing from the file is
     * refused even if the server has never listed it.
     */
    Optional<McpRefusal> call(String name) {
        if (onChanged == OnDifference.REPORT) {
            return Optional.empty();
        }
        if (!file.current().has(name)) {
            return Optional.of(McpRefusal.TOOL_NOT_PINNED);
        }
        return drift.hasChanged(name) ? Optional.of(McpRefusal.TOOL_CHANGED) : Optional.empty();
    }

    ToolLock.Verdict judge(JsonNode tool) {
        return file.current().judge(tool.path("name").stringValue(), tool);
    }

    void seen(String name, ToolLock.Verdict verdict) {
        drift.seen(name, verdict);
    }

    OnDifference onChanged() {
        return onChanged;
    }

    Optional<String> sentence() {
        return drift.sentence();
    }
}
