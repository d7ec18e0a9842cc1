package io.policyengine.policies.ai.mcpaccess;

import io.policyengine.policies.ai.shared.mcp.ToolLock;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * Differences between a server's latest tool lists and the lock file. The entries in both flows of a route and all
 * event loops share them. To limit memory, this class holds only names from the file, at most
 * {@link ToolLock#MAX_TOOLS}, and whether the server has other tools.
 */
final class Drift {
    /** Maximum number of changed tools that one message about a lock file names. */
    private static final int MAX_NAMED = 5;

    private final Set<String> changed = ConcurrentHashMap.newKeySet();
    private volatile boolean hasNew;

    void seen(String name, ToolLock.Verdict verdict) {
        switch (verdict) {
            case PINNED -> changed.remove(name);
            case CHANGED -> changed.add(name);
            case NEW -> hasNew = true;
        }
    }

    /** Returns whether the tool's definition in the server's latest list differs from the lock file. */
    boolean hasChanged(String name) {
        return changed.contains(name);
    }

    /** Returns a sentence for operators about the differences; empty if there are none. */
    Optional<String> sentence() {
        if (changed.isEmpty()) {
            return hasNew ? Optional.of("the MCP server lists tools that are not pinned") : Optional.empty();
        }
        String names = changed.stream().sorted().limit(MAX_NAMED).collect(Collectors.joining(", "));
        String more = changed.size() > MAX_NAMED ? " and others" : "";
        return Optional.of("the MCP server lists tools that differ from their pinned definitions: " + names + more);
    }
}
