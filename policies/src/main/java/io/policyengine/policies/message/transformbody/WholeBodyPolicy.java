package io.policyengine.policies.message.transformbody;

import io.policyengine.core.http.Octets;
import io.policyengine.core.http.ResponseView;
import io.policyengine.core.instruction.SetBody;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.policy.ResponseContext;
import io.policyengine.core.policy.ResponseOutcome;
import io.policyengine.policies.shared.template.BodySyntax;
import io.policyengine.policies.shared.template.Template;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Replaces every body with a configured body. */
final class WholeBodyPolicy implements Policy {
    private final Template body;
    private final @Nullable String contentType;
    private final BodySyntax syntax;

    /** Creates a policy that sets a body. Values of templates are escaped as the content type requires. */
    WholeBodyPolicy(Template body, @Nullable String contentType) {
        this.body = body;
        this.contentType = contentType;
        this.syntax = contentType == null ? BodySyntax.OTHER : BodySyntax.of(contentType);
    }

    @Override
    public Future<RequestOutcome> onRequest(RequestContext context) {
        return RequestOutcome.proceed(List.of(setBody(body.fill(context, (_, octets) -> syntax.escape(octets)))));
    }

    @Override
    public Future<ResponseOutcome> onResponse(ResponseContext context) {
        if (!ResponseView.allowsContent(context.response().status())) {
            return ResponseOutcome.unchanged();
        }
        boolean toHead = context.originalRequest().method().equals("HEAD");
        String octets = toHead ? "" : body.fill(context, (_, value) -> syntax.escape(value));
        return ResponseOutcome.proceed(List.of(setBody(octets)));
    }

    private SetBody setBody(String octets) {
        return new SetBody(Buffer.buffer(Octets.toBytes(octets)), contentType);
    }
}
