/** The schemas of an OpenAPI document, written as JSON Schema 2020-12. */
@NullMarked
package io.policyengine.policies.content.shared.openapi.schema;

import org.jspecify.annotations.NullMarked;
