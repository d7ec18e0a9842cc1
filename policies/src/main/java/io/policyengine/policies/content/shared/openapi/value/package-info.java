/** Values that messages carry as text, such as parameters: their syntax, and their validation against schemas. */
@NullMarked
package io.policyengine.policies.content.shared.openapi.value;

import org.jspecify.annotations.NullMarked;
