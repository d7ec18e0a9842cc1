@NullMarked
package io.policyengine.core.who.words;

import org.jspecify.annotations.NullMarked;
