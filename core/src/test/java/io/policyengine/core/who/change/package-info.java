@NullMarked
package io.policyengine.core.who.change;

import org.jspecify.annotations.NullMarked;
