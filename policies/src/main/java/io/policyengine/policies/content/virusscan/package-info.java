/** Policy {@code virusScan}: submits bodies to a virus scanner. */
@NullMarked
package io.policyengine.policies.content.virusscan;

import org.jspecify.annotations.NullMarked;
