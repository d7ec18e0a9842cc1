package io.policyengine.policies;

import io.policyengine.core.policy.PolicyFactory;
import io.policyengine.policies.addsecurityheaders.AddSecurityHeadersFactory;
import io.policyengine.policies.apikeyauth.ApiKeyAuthFactory;
import io.policyengine.policies.auditlog.AuditLogFactory;
import io.policyengine.policies.basicauth.BasicAuthFactory;
import io.policyengine.policies.botfilter.BotFilterFactory;
import io.policyengine.policies.cache.CacheFactory;
import io.policyengine.policies.canary.CanaryFactory;
import io.policyengine.policies.celrule.CelRuleFactory;
import io.policyengine.policies.clientcertificate.ClientCertificateFactory;
import io.policyengine.policies.concurrencylimit.ConcurrencyLimitFactory;
import io.policyengine.policies.contentfilter.ContentFilterFactory;
import io.policyengine.policies.contentmoderationguardrail.ContentModerationGuardrailFactory;
import io.policyengine.policies.corsheaders.CorsHeadersFactory;
import io.policyengine.policies.csrf.CsrfFactory;
import io.policyengine.policies.extauthz.ExtAuthzFactory;
import io.policyengine.policies.faultinjection.FaultInjectionFactory;
import io.policyengine.policies.filesizelimit.FileSizeLimitFactory;
import io.policyengine.policies.graphqlprotection.GraphqlProtectionFactory;
import io.policyengine.policies.hmacsignature.HmacSignatureFactory;
import io.policyengine.policies.idempotency.IdempotencyFactory;
import io.policyengine.policies.ipfilter.IpFilterFactory;
import io.policyengine.policies.jsonschemavalidation.JsonSchemaValidationFactory;
import io.policyengine.policies.jsonthreatprotection.JsonThreatProtectionFactory;
import io.policyengine.policies.jwtvalidation.JwtValidationFactory;
import io.policyengine.policies.mcpaccess.McpAccessFactory;
import io.policyengine.policies.mockresponse.MockResponseFactory;
import io.policyengine.policies.modelaccess.ModelAccessFactory;
import io.policyengine.policies.modelrouter.ModelRouterFactory;
import io.policyengine.policies.oauth2introspection.Oauth2IntrospectionFactory;
import io.policyengine.policies.piiredaction.PiiRedactionFactory;
import io.policyengine.policies.promptdecorator.PromptDecoratorFactory;
import io.policyengine.policies.prompttemplate.PromptTemplateFactory;
import io.policyengine.policies.quota.QuotaFactory;
import io.policyengine.policies.ratelimit.RateLimitFactory;
import io.policyengine.policies.redirect.RedirectFactory;
import io.policyengine.policies.requestid.RequestIdFactory;
import io.policyengine.policies.requestvalidation.RequestValidationFactory;
import io.policyengine.policies.rewrite.RewriteFactory;
import io.policyengine.policies.rolecheck.RoleCheckFactory;
import io.policyengine.policies.semanticcache.SemanticCacheFactory;
import io.policyengine.policies.tokenbasedratelimit.TokenBasedRateLimitFactory;
import io.policyengine.policies.tokenexchange.TokenExchangeFactory;
import io.policyengine.policies.transformbody.TransformBodyFactory;
import io.policyengine.policies.transformheaders.TransformHeadersFactory;
import io.policyengine.policies.usagemetering.UsageMeteringFactory;
import io.policyengine.policies.virusscan.VirusScanFactory;
import io.policyengine.policies.xmlthreatprotection.XmlThreatProtectionFactory;
import java.util.List;

/** The one list of the policies that come with the engine. */
public final class StandardPolicies {
    private StandardPolicies() {}

    /** All of them, by name. */
    public static List<PolicyFactory<?>> all() {
        return List.of(
                new AddSecurityHeadersFactory(),
                new ApiKeyAuthFactory(),
                new AuditLogFactory(),
                new BasicAuthFactory(),
                new BotFilterFactory(),
                new CacheFactory(),
                new CanaryFactory(),
                new CelRuleFactory(),
                new ClientCertificateFactory(),
                new ConcurrencyLimitFactory(),
                new ContentFilterFactory(),
                new ContentModerationGuardrailFactory(),
                new CorsHeadersFactory(),
                new CsrfFactory(),
                new ExtAuthzFactory(),
                new FaultInjectionFactory(),
                new FileSizeLimitFactory(),
                new GraphqlProtectionFactory(),
                new HmacSignatureFactory(),
                new IdempotencyFactory(),
                new IpFilterFactory(),
                new JsonSchemaValidationFactory(),
                new JsonThreatProtectionFactory(),
                new JwtValidationFactory(),
                new McpAccessFactory(),
                new MockResponseFactory(),
                new ModelAccessFactory(),
                new ModelRouterFactory(),
                new Oauth2IntrospectionFactory(),
                new PiiRedactionFactory(),
                new PromptDecoratorFactory(),
                new PromptTemplateFactory(),
                new QuotaFactory(),
                new RateLimitFactory(),
                new RedirectFactory(),
                new RequestIdFactory(),
                new RequestValidationFactory(),
                new RewriteFactory(),
                new RoleCheckFactory(),
                new SemanticCacheFactory(),
                new TokenBasedRateLimitFactory(),
                new TokenExchangeFactory(),
                new TransformBodyFactory(),
                new TransformHeadersFactory(),
                new UsageMeteringFactory(),
                new VirusScanFactory(),
                new XmlThreatProtectionFactory());
    }
}
