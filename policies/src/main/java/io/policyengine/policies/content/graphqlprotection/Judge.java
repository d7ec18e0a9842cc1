package io.policyengine.policies.content.graphqlprotection;

import io.policyengine.core.http.RequestView;
import io.policyengine.core.work.StopSignal;
import io.policyengine.policies.content.graphqlprotection.GraphqlRefusal.Why;
import io.policyengine.policies.content.graphqlprotection.document.Document;
import io.policyengine.policies.content.graphqlprotection.document.DocumentParser;
import io.policyengine.policies.content.graphqlprotection.document.GraphqlFault;
import io.policyengine.policies.content.graphqlprotection.document.Measure;
import io.policyengine.policies.content.graphqlprotection.document.OperationMeter;
import io.policyengine.policies.shared.digest.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;

/** Judges whole GraphQL requests. Judges all operations of a document, since the server chooses which of them runs. */
final class Judge {
    private static final Set<String> SAFE = Set.of("GET", "HEAD");

    private final GraphqlProtectionParams params;
    private final Set<String> listArguments;
    private final AllowedOperations allowed;

    Judge(GraphqlProtectionParams params, AllowedOperations allowed) {
        this.params = params;
        this.listArguments = Set.copyOf(params.listArguments());
        this.allowed = allowed;
    }

    /**
     * Judges a request.
     *
     * @throws GraphqlRefusal if the request is denied
     */
    void judge(RequestView request, StopSignal stop) throws GraphqlRefusal {
        boolean safe = SAFE.contains(request.method());
        Measure sum = Measure.NONE;
        for (GraphqlRequest one : RequestReader.read(request, params.maxBatch(), stop)) {
            sum = sum.plus(measure(one, safe, stop));
        }
        refuseIf(sum.introspects() && !params.allowIntrospection(), Why.INTROSPECTION);
        refuseIf(sum.depth() > params.maxDepth(), Why.DEPTH);
        refuseIf(sum.complexity() > params.maxComplexity(), Why.COMPLEXITY);
        refuseIf(sum.aliases() > params.maxAliases(), Why.ALIASES);
        refuseIf(sum.directives() > params.maxDirectives(), Why.DIRECTIVES);
    }

    private Measure measure(GraphqlRequest request, boolean safe, StopSignal stop) throws GraphqlRefusal {
        Optional<String> text = request.document();
        if (text.isEmpty()) {
            boolean known =
                    request.hash().isPresent() && allowed.hasHash(request.hash().get());
            refuseIf(!known && !params.allowPersisted(), Why.PERSISTED);
            return Measure.NONE;
        }
        Document document = parsed(text.get());
        refuseIf(
                safe && document.operations().stream().anyMatch(operation -> operation.type() != Document.Type.QUERY),
                Why.METHOD);
        refuseIf(
                !allowed.isEmpty()
                        && !allowed.hasHash(Sha256.of(text.get().getBytes(StandardCharsets.UTF_8))
                                .toHex())
                        && !allowed.hasNamesOf(document),
                Why.OPERATION);
        return new OperationMeter(listArguments, request.variables()).of(document, stop);
    }

    private Document parsed(String text) throws GraphqlRefusal {
        try {
            return DocumentParser.parse(text, params.maxTokens());
        } catch (GraphqlFault fault) {
            throw new GraphqlRefusal(
                    switch (fault.kind()) {
                        case MALFORMED, CYCLE -> Why.MALFORMED;
                        case TOKENS -> Why.TOKENS;
                        case NESTING -> Why.DEPTH;
                    });
        }
    }

    private static void refuseIf(boolean wrong, Why why) throws GraphqlRefusal {
        if (wrong) {
            throw new GraphqlRefusal(why);
        }
    }
}
