@NullMarked
package io.policyengine.policies.xml;

import org.jspecify.annotations.NullMarked;
