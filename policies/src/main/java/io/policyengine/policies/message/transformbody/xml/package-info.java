/** Bodies from XML to JSON and back, by a mapping that the operator can rely on. */
@NullMarked
package io.policyengine.policies.message.transformbody.xml;

import org.jspecify.annotations.NullMarked;
