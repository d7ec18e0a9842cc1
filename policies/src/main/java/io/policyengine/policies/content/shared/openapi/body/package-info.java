/** The contents of bodies in an OpenAPI document, and the conversion of bodies to values. */
@NullMarked
package io.policyengine.policies.content.shared.openapi.body;

import org.jspecify.annotations.NullMarked;
