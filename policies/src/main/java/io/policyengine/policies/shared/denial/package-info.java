/** The responses with which policies deny messages, in a common form. */
@NullMarked
package io.policyengine.policies.shared.denial;

import org.jspecify.annotations.NullMarked;
