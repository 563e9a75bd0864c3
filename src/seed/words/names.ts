/** Names of people, by the place they could be from. Written for this project; nobody in particular is meant. */
export interface NameList {
  /** How common it is, compared with the others. */
  readonly weight: number;
  readonly first: readonly string[];
  readonly last: readonly string[];
}

function words(text: string): readonly string[] {
  return text.trim().split(/[\s,]+/);
}

export const names: readonly NameList[] = [
  {
    weight: 26,
    first:
      words(`Marie Camille Léa Manon Chloé Inès Jade Louise Zoé Élodie Aurélie Amélie Margaux Océane Anaïs Noémie Clémence
      Juliette Hélène Françoise Lucas Hugo Théo Jules Gabriel Raphaël Maël Léo Antoine Baptiste Clément Mathieu Maxime Nicolas
      Rémi Sébastien Aurélien Jérôme Benoît Cédric Grégoire Loïc Yann Étienne`),
    last: words(`Martin Bernard Dubois Durand Moreau Laurent Lefèvre Lefebvre Mercier Blanchard Gauthier Perrin Chevalier Garnier
      Faure Rousseau Fontaine Marchand Noël Béranger Lemaître Aubert Renaud Charpentier Vasseur Carpentier Leclercq Guérin
      Boyer Delattre Hébert Besnard Coulon Maréchal Pélissier Tessier`),
  },
  {
    weight: 22,
    first:
      words(`Emma Olivia Grace Hannah Lily Chloe Sophie Amelia Ruby Evie Molly Ella Harriet Freya Maya Alice Martha Iris Nora
      Maeve Siobhan Oliver Jack Harry George Noah Charlie Jacob Alfie Freddie Oscar Henry Theo Archie Max Isaac Finn Callum
      Declan Rhys Owen Marcus Elliot Jordan`),
    last: words(`Smith Jones Taylor Brown Williams Wilson Johnson Davies Robinson Wright Thompson Evans Walker White Roberts Green
      Hall Wood Clarke Hughes Edwards Hill Cooper Ward Turner Parker Morgan Bennett Marsh Doyle Gallagher O'Brien O'Connor
      Murphy Kelly McCarthy Fraser Sinclair`),
  },
  {
    weight: 14,
    first:
      words(`Anna Lena Lea Marie Mia Hannah Johanna Katharina Franziska Jana Greta Frieda Jule Antje Käthe Mareike Svenja
      Lukas Jonas Felix Paul Leon Maximilian Moritz Jakob Tim Florian Jörg Jürgen Sören Björn Matthias Karsten Günther Anton`),
    last: words(`Müller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann Koch Bauer Richter Klein Wolf Schröder
      Neumann Schwarz Zimmermann Braun Krüger Hartmann Lange Krause Köhler Vogel Jäger Böhm Großmann Weiß Lindner Hübner`),
  },
  {
    weight: 12,
    first:
      words(`Lucía María Paula Carla Marta Sofía Elena Inés Nuria Rocío Belén Begoña Ximena Valentina Camila Hugo Martín Mateo
      Pablo Álvaro Adrián Diego Iván Óscar Joaquín Andrés Sebastián Nicolás Emiliano Íñigo`),
    last: words(`García Fernández González Rodríguez López Martínez Sánchez Pérez Gómez Muñoz Álvarez Romero Alonso Gutiérrez
      Navarro Torres Domínguez Vázquez Ramos Gil Serrano Molina Suárez Ortega Delgado Castro Ibáñez Peña Núñez Quiñones`),
  },
  {
    weight: 8,
    first:
      words(`Beatriz Inês Mariana Leonor Matilde Catarina Joana Letícia Júlia Luísa Larissa Marina João Pedro Tiago Duarte Rui
      Gonçalo Miguel Afonso Davi Caio Thiago Vinícius Antônio Flávio Márcio`),
    last: words(`Silva Santos Ferreira Pereira Oliveira Costa Rodrigues Martins Sousa Gonçalves Lopes Marques Ribeiro Carvalho
      Teixeira Moreira Correia Mendes Araújo Magalhães Simões Brandão Guimarães Conceição Assunção`),
  },
  {
    weight: 7,
    first:
      words(`Giulia Sofia Martina Chiara Aurora Alessia Elisa Francesca Noemi Ilaria Beatrice Lorenzo Matteo Leonardo Andrea
      Tommaso Riccardo Davide Federico Niccolò Simone Giacomo Nicolò`),
    last: words(`Rossi Russo Ferrari Esposito Bianchi Romano Colombo Ricci Marino Greco Bruno Gallo Conti De-Luca Mancini Costa
      Giordano Rizzo Lombardi Moretti Barbieri Fontana Santoro D'Angelo Marchetti`),
  },
  {
    weight: 5,
    first:
      words(`Zuzanna Julia Maja Zofia Hanna Oliwia Małgorzata Agnieszka Łucja Jakub Szymon Michał Łukasz Paweł Wojciech
      Stanisław Bartłomiej Krzysztof Grzegorz`),
    last: words(`Nowak Kowalski Wiśniewski Wójcik Kowalczyk Kamiński Lewandowski Zieliński Szymański Woźniak Dąbrowski Kozłowski
      Jankowski Mazur Krawczyk Grabowski Pawłowski Król Wróbel Jabłoński`),
  },
  {
    weight: 4,
    first:
      words(`Elsa Maja Saga Freja Ebba Astrid Linnéa Åsa Märta Liv Oskar Elias Axel Nils Gustav Måns Pär Håkan Søren Jørgen
      Bjørn Øyvind Signe Mette`),
    last: words(`Andersson Johansson Karlsson Nilsson Eriksson Larsson Lindqvist Lindström Bergström Sjöberg Åkesson Öberg Hansen
      Nielsen Sørensen Østergaard Bjørnstad Haugen Nygård Dahl`),
  },
  {
    weight: 4,
    first: words(
      `Zeynep Elif Ayşe Fatma Defne Gülşah Çiğdem Özge Şule Mehmet Mustafa Emre Yusuf Ömer Çağlar Barış Oğuz Uğur İlker`,
    ),
    last: words(
      `Yılmaz Kaya Demir Çelik Şahin Yıldız Öztürk Aydın Özdemir Arslan Doğan Kılıç Aslan Çetin Koç Kurt Özkan Şimşek`,
    ),
  },
  {
    weight: 3,
    first: words(
      `Анна Мария Екатерина Ольга Дарья Полина Александр Дмитрий Иван Максим Алексей Артём Софія Олена Тарас Богдан`,
    ),
    last: words(
      `Соколова Петров Кузнецов Волкова Морозов Лебедев Козлова Новиков Шевченко Коваленко Бондаренко Ткаченко`,
    ),
  },
  {
    weight: 3,
    first: words(`結衣 陽菜 美咲 葵 さくら 凛 蓮 翔太 大輝 悠真 健太 樹`),
    last: words(`佐藤 鈴木 高橋 田中 渡辺 伊藤 山本 中村 小林 加藤 吉田 山田`),
  },
  {
    weight: 3,
    first: words(
      `Amina Fatou Aïcha Mariam Awa Aminata Kadiatou Mamadou Ibrahima Ousmane Cheikh Seydou Kwame Kofi Ama Chidi Ngozi Adébáyọ̀`,
    ),
    last: words(
      `Diallo Traoré Koné Keïta Cissé Ndiaye Diop Sow Coulibaly Touré Sylla Mensah Okafor Adeyemi Owusu Bâ`,
    ),
  },
  {
    weight: 3,
    first: words(
      `Linh Minh Thảo Hương Nguyệt Quân Đức Tuấn Priya Ananya Aarav Rohan Meera Kavya Arjun Mei Lin Wei Xin`,
    ),
    last: words(
      `Nguyễn Trần Lê Phạm Hoàng Đặng Sharma Patel Iyer Reddy Kapoor Nair Chen Wang Zhang Liu Huang`,
    ),
  },
];

/** Where people say they are. */
export const cities: readonly string[] = [
  "Paris",
  "Lyon",
  "Marseille",
  "Nantes",
  "Lille",
  "Saint-Étienne",
  "Besançon",
  "Nîmes",
  "Orléans",
  "Montréal, Québec",
  "Bruxelles",
  "Genève",
  "Dakar",
  "Abidjan",
  "London",
  "Manchester",
  "Bristol",
  "Leeds",
  "Glasgow",
  "Dublin",
  "Belfast",
  "New York",
  "Chicago",
  "Austin, TX",
  "Oakland, CA",
  "Toronto",
  "Berlin",
  "Hamburg",
  "München",
  "Köln",
  "Leipzig",
  "Düsseldorf",
  "Wien",
  "Zürich",
  "Graz",
  "Madrid",
  "Barcelona",
  "Sevilla",
  "Málaga",
  "A Coruña",
  "Ciudad de México",
  "Bogotá",
  "Medellín",
  "Buenos Aires",
  "Lisboa",
  "Porto",
  "Coimbra",
  "São Paulo",
  "Belém",
  "Florianópolis",
  "Milano",
  "Roma",
  "Torino",
  "Napoli",
  "Forlì",
  "Warszawa",
  "Kraków",
  "Łódź",
  "Gdańsk",
  "Stockholm",
  "Malmö",
  "Göteborg",
  "København",
  "Århus",
  "Oslo",
  "Tromsø",
  "İstanbul",
  "İzmir",
  "Київ",
  "Львів",
  "Тбилиси",
  "東京",
  "大阪",
  "Accra",
  "Lagos",
  "Hà Nội",
  "Mumbai",
  "Bengaluru",
  "Praha",
  "Brno",
  "Budapest",
  "Győr",
  "Αθήνα",
  "the road",
  "Terre",
  "somewhere between two trains",
  "internet",
  "Kinshasa",
  "Tunis",
  "Casablanca",
  "Reykjavík",
  "Tallinn",
  "Rīga",
];
