/** The contents that bodies may have by an OpenAPI document, and bodies as values. */
@NullMarked
package io.policyengine.policies.content.shared.openapi.body;

import org.jspecify.annotations.NullMarked;
