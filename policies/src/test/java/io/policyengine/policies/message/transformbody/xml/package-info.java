@NullMarked
package io.policyengine.policies.message.transformbody.xml;

import org.jspecify.annotations.NullMarked;
