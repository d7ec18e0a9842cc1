package io.policyengine.policies.content.contentfilter;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.QueryString;
import io.policyengine.core.instruction.CommonInstruction;
import io.policyengine.core.instruction.DenialCode;
import io.policyengine.core.instruction.DenialReason;
import io.policyengine.core.instruction.RequestInstruction;
import io.policyengine.core.instruction.ResponseInstruction;
import io.policyengine.core.instruction.SetMetadata;
import io.policyengine.core.instruction.SetPath;
import io.policyengine.core.policy.ChunkFilter;
import io.policyengine.core.policy.ChunkOutcome;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.RequestChunkOutcome;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.policy.ResponseContext;
import io.policyengine.core.policy.ResponseOutcome;
import io.policyengine.policies.content.contentfilter.ContentFilterParams.Action;
import io.policyengine.policies.content.contentfilter.ContentFilterParams.Where;
import io.policyengine.policies.content.shared.textmatch.TextSearch;
import io.policyengine.policies.content.shared.texts.BodyGuard;
import io.policyengine.policies.content.shared.texts.ContentShape;
import io.policyengine.policies.shared.denial.Denial;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.node.StringNode;

/** Searches the query, then the header fields and then the body of a message, and acts on matches. */
final class ContentFilterPolicy implements Policy {
    /**
     * The metadata key of the name of the first match, such as {@code word 1} or {@code pattern 2}.
     */
    private static final String METADATA_KEY = "content_filter.found";

    private static final DenialCode CODE = ContentFilterCode.CONTENT_DENIED;

    private final TextSearch search;
    private final Action action;
    private final String mask;
    private final Set<Where> where;
    private final BodyGuard guard;
    private final Fields fields;

    ContentFilterPolicy(ContentFilterParams params, TextSearch search, PolicyEnvironment env) {
        this.search = search;
        this.action = params.action();
        this.mask = params.mask();
        this.where = EnumSet.copyOf(params.where());
        this.guard = new BodyGuard(
                env,
                new Denial(params.status(), CODE, "The request contains forbidden content", DenialReason.POLICY_DENIED),
                new Denial(502, CODE, "The response contains forbidden content", DenialReason.POLICY_DENIED),
                params.denialFormat(),
                effect(action));
        this.fields = new Fields();
    }

    private static BodyGuard.Effect effect(Action action) {
        return switch (action) {
            case DENY -> BodyGuard.Effect.DENIES;
            case MASK -> BodyGuard.Effect.REPLACES;
            case LOG -> BodyGuard.Effect.OBSERVES;
        };
    }

    private MessageSearch filtering(String requestId) {
        return new MessageSearch(search, action, mask, requestId);
    }

    @Override
    public Future<RequestOutcome> onRequest(RequestContext context) {
        MessageSearch filtering = filtering(context.call().requestId());
        List<RequestInstruction> changes = new ArrayList<>();
        boolean passes =
                query(context, filtering, changes) && headers(context.request().headers(), filtering, changes);
        if (!passes) {
            return RequestOutcome.respond(guard.denied());
        }
        if (!where.contains(Where.BODY)) {
            return proceed(filtering, changes);
        }
        return guard.request(context, filtering).compose(judged -> switch (judged) {
            case BodyGuard.Judged.Answered(var answer) -> RequestOutcome.respond(answer);
            case BodyGuard.Judged.Passes(var more) -> {
                changes.addAll(more);
                yield proceed(filtering, changes);
            }
        });
    }

    private static Future<RequestOutcome> proceed(MessageSearch filtering, List<RequestInstruction> changes) {
        filtering.found().ifPresent(found -> changes.add(metadata(found)));
        return changes.isEmpty() ? RequestOutcome.unchanged() : RequestOutcome.proceed(List.copyOf(changes));
    }

    private static SetMetadata metadata(String found) {
        return new SetMetadata(METADATA_KEY, StringNode.valueOf(found));
    }

    /** Searches the query; returns false if the request is denied. */
    private boolean query(RequestContext context, MessageSearch filtering, List<RequestInstruction> changes) {
        String target = context.request().rawPath();
        String query = QueryString.queryOf(target);
        if (!where.contains(Where.QUERY) || query.isEmpty()) {
            return true;
        }
        Optional<String> after = fields.filtered(query, ContentShape.query(), filtering);
        if (after.isEmpty()) {
            return false;
        }
        if (!after.get().equals(query)) {
            changes.add(new SetPath(QueryString.pathOf(target) + "?" + after.get()));
        }
        return true;
    }

    /** Searches the header fields; returns false if the message is denied. */
    private boolean headers(HeaderMap headers, MessageSearch filtering, List<? super CommonInstruction> changes) {
        return !where.contains(Where.HEADERS) || fields.filter(headers, filtering, changes);
    }

    @Override
    public ChunkFilter<RequestChunkOutcome> requestChunks(RequestContext context) {
        return guard.requestChunks(context, filtering(context.call().requestId()));
    }

    @Override
    public Future<ResponseOutcome> onResponse(ResponseContext context) {
        MessageSearch filtering = filtering(context.call().requestId());
        List<ResponseInstruction> changes = new ArrayList<>();
        if (!headers(context.response().headers(), filtering, changes)) {
            return ResponseOutcome.proceed(guard.replacement());
        }
        if (!where.contains(Where.BODY)) {
            return proceedWith(filtering, changes);
        }
        return guard.response(context, filtering).compose(more -> {
            changes.addAll(more);
            return proceedWith(filtering, changes);
        });
    }

    private static Future<ResponseOutcome> proceedWith(MessageSearch filtering, List<ResponseInstruction> changes) {
        filtering.found().ifPresent(found -> changes.add(metadata(found)));
        return changes.isEmpty() ? ResponseOutcome.unchanged() : ResponseOutcome.proceed(List.copyOf(changes));
    }

    @Override
    public ChunkFilter<ChunkOutcome> responseChunks(ResponseContext context) {
        return guard.responseChunks(context, filtering(context.call().requestId()));
    }
}
