/** Values that messages carry as text, such as parameters: how they are written, and their comparison with schemas. */
@NullMarked
package io.policyengine.policies.content.shared.openapi.value;

import org.jspecify.annotations.NullMarked;
