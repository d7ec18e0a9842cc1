/** The files of an OpenAPI document as trees, and the places in these trees. */
@NullMarked
package io.policyengine.policies.content.shared.openapi.document;

import org.jspecify.annotations.NullMarked;
