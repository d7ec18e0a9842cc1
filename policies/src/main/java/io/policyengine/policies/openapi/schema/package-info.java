/** The schemas of an OpenAPI document, written as JSON Schema 2020-12. */
@NullMarked
package io.policyengine.policies.openapi.schema;

import org.jspecify.annotations.NullMarked;
