import { render } from 'lit';
import { panel } from './panel.ts';
import './panel.css';
import { connectHost } from './host.ts';

const root = document.getElementById('app');
if (root === null) throw new Error('The page has no place for the panel.');

// The page keeps nothing: after a reload it asks, and the host sends all there is to show.
const host = connectHost((state) => render(panel(state, host.send), root));
host.send({ kind: 'ready' });
